import { playOn } from './stage';
import { TransportStage } from './transportStage';
import type { TransportTraits, TransportWorld } from './transportWorld';

/** What a case is about. */
export type TransportTopic =
  | 'setting up'
  | 'data'
  | 'losing'
  | 'aborting'
  | 'flow control'
  | 'producers'
  | 'half-close'
  | 'exceptions'
  | 'addresses'
  | 'ports'
  | 'connectors';

/** One case of the suite. */
export interface TransportCase {
  /** A sentence that begins with what it is about. */
  readonly name: string;
  readonly topic: TransportTopic;
  /** Whether the world has what the case is about. */
  appliesTo(world: TransportWorld): boolean;
  /** Runs the case. Rejects with a `ComplianceError` that says what was broken; leaves nothing open. */
  run(world: TransportWorld): Promise<void>;
}

/** Makes a case of what happens on a stage; whatever the contract monitor finds on the way fails it too. */
export function transportCase(
  topic: TransportTopic,
  name: string,
  act: (stage: TransportStage) => Promise<void> | void,
  appliesTo: (traits: TransportTraits) => boolean = () => true,
): TransportCase {
  return {
    name,
    topic,
    appliesTo: ({ traits }) => appliesTo(traits),
    run: (world) => world.drive(playOn(new TransportStage(world), act)),
  };
}
