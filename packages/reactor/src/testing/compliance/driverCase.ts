import type { DriverWorld } from './driverWorld';
import { Scene } from './scene';

/** What a case is about: a numbered rule of the seam's contract, or a part that has no number. */
export type DriverRule = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'clock' | 'start and stop' | 'names' | 'signals';

/** One case of the suite. */
export interface DriverCase {
  /** A sentence that begins with what it is about. */
  readonly name: string;
  readonly rule: DriverRule;
  /** Whether the world has what the case is about. */
  appliesTo(world: DriverWorld): boolean;
  /** Runs the case. Rejects with a `ComplianceError` that says which rule was broken; leaves nothing open. */
  run(world: DriverWorld): Promise<void>;
}

/** Makes a case of what happens in a scene; breaches of any other rule on the way fail it too. */
export function driverCase(
  rule: DriverRule,
  name: string,
  act: (scene: Scene) => Promise<void> | void,
  appliesTo: (world: DriverWorld) => boolean = always,
): DriverCase {
  return {
    name,
    rule,
    appliesTo,
    run: (world) => world.drive(play(world, act)),
  };
}

async function play(world: DriverWorld, act: (scene: Scene) => Promise<void> | void): Promise<void> {
  const scene = new Scene(world);
  try {
    await act(scene);
  } catch (error) {
    // What went wrong first is the news; that something is left open after it is not.
    await scene.clear().catch(() => undefined);
    throw error;
  }
  await scene.clear();
  scene.claimNoFaults();
}

function always(): boolean {
  return true;
}
