/**
 * Telling which Deferreds are waited for: for a simulation's report of what stands still.
 *
 * Only while somebody watches. To know it at any moment, without asking the collector, means to be told of each Deferred that gets a
 * first callback before it has a result, and of each that gets its result: unwatched, that is one comparison each.
 */
import type { AnyDeferred } from './deferred';

/** Is told of Deferreds that are waited for. Must not throw. */
export interface WaitingObserver {
  /** Something waits for a Deferred that has not fired: its first callback was added, or `coroutine` (its name) begins to wait. */
  began(deferred: AnyDeferred, coroutine: string | null): void;
  /** It fires now. */
  ended(deferred: AnyDeferred): void;
}

/** What waits for a Deferred, for people. */
export interface Waiters {
  /** The callbacks, by their names, or the beginning of their source; the first few. */
  readonly callbacks: readonly string[];
  /** Where the Deferred was made, as lines of a stack; empty unless debugging was on: see `setDebugging`. */
  readonly creator: readonly string[];
}

const LONGEST_SOURCE = 60;

/** A function as people find it again: its name, or else how it begins. */
export function nameOf(link: (...args: never) => unknown): string {
  if (link.name !== '') return link.name;
  const source = link.toString().replace(/\s+/g, ' ');
  // What settles a promise has no name and no source.
  if (source.includes('[native code]')) return 'a promise';
  return source.length <= LONGEST_SOURCE ? source : `${source.slice(0, LONGEST_SOURCE)}…`;
}
