/**
 * Areas: what Twisted was recorded to do, and how to do the same here.
 *
 * An area is a file of `conformance/`, or a part of one, with a function that replays a case. `describeArea` makes tests of
 * it, and `scripts/conformance.ts` lists the areas of all packages.
 */
import { firstDifference } from './compare';
import { differencesOnPage, loadCases, type RecordedCase } from './load';

/** The name of a case to the reason why it is meant to differ. */
export type Differences = Readonly<Record<string, string>>;

/** A file of cases, or a part of it, and how to replay one. */
export interface Area {
  /** The file, without `.json`. */
  readonly name: string;
  /** What of the file this is, when it is not all of it. */
  readonly part?: string;
  /** Whether a case belongs to the part; without it, all do. */
  covers?(scenario: RecordedCase): boolean;
  /** Why a case cannot be replayed yet, or null when it can. */
  notYet?(scenario: RecordedCase): string | null;
  /** Replays a case. Returns what was observed, in the form of its `expect`, or a promise of it. */
  observe(scenario: RecordedCase): unknown;
  /** The cases that are meant to differ. Each is on the page docs/differences-from-twisted.md, too. */
  readonly differences?: Differences;
}

/** What became of a case. `difference` is one that differs and is meant to. */
export interface Outcome {
  readonly outcome: 'passed' | 'failed' | 'difference';
  /** Nothing, what went wrong, or why it is meant to differ. */
  readonly detail: string;
}

/** The differences that have one reason: `{ ...because('lines are strings', 'case-1', 'case-2'), ...because(…) }`. */
export function because(reason: string, ...cases: readonly string[]): Differences {
  return Object.fromEntries(cases.map((name) => [name, reason]));
}

/** The cases of an area, those included that cannot be replayed yet. */
export function casesOf(area: Area): readonly RecordedCase[] {
  return loadCases(area.name).filter((scenario) => area.covers?.(scenario) ?? true);
}

/** Replays a case of an area. */
export async function replay(area: Area, scenario: RecordedCase): Promise<Outcome> {
  const reason = area.differences?.[scenario.name];
  let differs: string | null;
  try {
    differs = firstDifference(await area.observe(scenario), scenario.expect);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcome: 'failed', detail: `the replay broke down: ${text}` };
  }
  if (reason === undefined) {
    return differs === null ? { outcome: 'passed', detail: '' } : { outcome: 'failed', detail: differs };
  }
  if (differs === null) return { outcome: 'failed', detail: `listed as a difference, but does the same: ${reason}` };
  return { outcome: 'difference', detail: reason };
}

/** What is wrong with how an area is described: with what it covers, its list of differences, and their page. */
export function faultsOf(area: Area): string[] {
  const recorded = new Set(loadCases(area.name).map(({ name }) => name));
  const covered = new Set(casesOf(area).map(({ name }) => name));
  const listed = new Set(Object.keys(area.differences ?? {}));
  const onPage = differencesOnPage(area.name);
  // What the page names may also be another part's.
  const isStale = (name: string): boolean => !recorded.has(name) || (covered.has(name) && !listed.has(name));
  const faults = covered.size === 0 ? ['it covers no case'] : [];
  for (const name of listed) {
    if (!covered.has(name)) faults.push(`'${name}' is listed as a difference, but is no case`);
    if (!onPage.has(name)) faults.push(`'${name}' is not in docs/differences-from-twisted.md`);
  }
  for (const name of onPage) {
    if (isStale(name)) faults.push(`docs/differences-from-twisted.md names '${name}', which is no difference`);
  }
  return faults;
}
