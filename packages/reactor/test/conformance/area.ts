/**
 * The harness for recorded scenarios: areas, cases, verdicts.
 *
 * An area is a file of scenarios and a function that replays one. Other packages make areas with the same types, and
 * `scripts/conformance.ts` lists them all.
 */
import { firstDifference } from './compare';
import { deliberateDifferences } from './differences';
import type { RecordedCase } from './load';

/** What became of a case. `difference` is a failure that is meant, with its reason as `detail`. */
export interface Outcome {
  readonly outcome: 'passed' | 'failed' | 'difference';
  /** Nothing, what differs, or why it is meant to. */
  readonly detail: string;
}

/** A file of scenarios and how to replay one. */
export interface Area {
  readonly name: string;
  /** Replays a scenario and returns what was observed, in the form of its `expect`. */
  observe(scenario: RecordedCase): unknown;
}

/** Why a case is meant to differ; undefined when it is not. */
export function reasonToDiffer(area: string, name: string): string | undefined {
  return deliberateDifferences[area]?.[name];
}

/** An area's case, replayed and judged. `reason`: why it is meant to differ, for areas that keep a list of their own. */
export function replay(area: Area, scenario: RecordedCase, reason = reasonToDiffer(area.name, scenario.name)): Outcome {
  let differs: string | null;
  try {
    differs = firstDifference(area.observe(scenario), scenario.expect);
  } catch (error) {
    differs = `the replay broke down: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  if (reason === undefined) {
    return differs === null ? { outcome: 'passed', detail: '' } : { outcome: 'failed', detail: differs };
  }
  if (differs === null) return { outcome: 'failed', detail: `listed as a difference, but does the same: ${reason}` };
  return { outcome: 'difference', detail: reason };
}
