/**
 * Replaying areas that need a running reactor: their observations come later, and some of their cases have to wait for
 * what the reactor does not have yet.
 */
import { type Outcome, replay } from './area';
import { loadArea, type RecordedCase } from './load';

/** An area whose cases are observed in the course of time. */
export interface LaterArea {
  readonly name: string;
  /** Replays a scenario; fulfilled with what was observed, in the form of its `expect`. */
  observe(scenario: RecordedCase): Promise<unknown>;
  /** What a scenario still waits for, in a word (`'tls'`), or null. */
  notYet(scenario: RecordedCase): string | null;
}

/** An area's case, replayed and judged. */
export async function replayLater(area: LaterArea, scenario: RecordedCase): Promise<Outcome> {
  let observe: () => unknown;
  try {
    const observed = await area.observe(scenario);
    observe = () => observed;
  } catch (error) {
    observe = () => {
      throw error;
    };
  }
  return replay({ name: area.name, observe }, scenario);
}

/** The cases of an area that can be replayed. */
export function readyCases(area: LaterArea): RecordedCase[] {
  return loadArea(area.name).filter((scenario) => area.notYet(scenario) === null);
}
