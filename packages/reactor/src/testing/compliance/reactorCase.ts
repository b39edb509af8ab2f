import type { ReactorWorld } from './reactorWorld';
import { playOn, Stage } from './stage';

/** What a case is about. */
export type ReactorTopic = 'time' | 'threads' | 'triggers' | 'life' | 'names';

/** One case of the suite. */
export interface ReactorCase {
  /** A sentence that begins with what it is about. */
  readonly name: string;
  readonly topic: ReactorTopic;
  /** Whether the world has what the case is about. */
  appliesTo(world: ReactorWorld): boolean;
  /** Runs the case. Rejects with a `ComplianceError` that says what was broken; leaves nothing open. */
  run(world: ReactorWorld): Promise<void>;
}

/** Makes a case of what happens on a stage; an error that is logged and not taken fails it too. */
export function reactorCase(
  topic: ReactorTopic,
  name: string,
  act: (stage: Stage<ReactorWorld>) => Promise<void> | void,
  appliesTo: (world: ReactorWorld) => boolean = () => true,
): ReactorCase {
  return { name, topic, appliesTo, run: (world) => world.drive(playOn(new Stage(world), act)) };
}
