/**
 * Rules: functions of a test that decide for single requests to connect and pieces of connections, before they are sent.
 */
import type { Segment, Verdict } from '../drivers/sim';

import { microseconds } from './settings';
import type { SimulatedNetwork } from './simulatedNetwork';

/**
 * What becomes of a segment.
 *
 * - `drop`: it is lost, and sent again later, as everything that is lost
 * - `refuse`: nobody listens (of a request to connect; of others: `reset`)
 * - `reset`: the connection is cut, and both ends are told
 * - `{ delay }`: so many seconds later, and all that follows it not before it
 * - `{ resetAfter }`: so many of its bytes get through, and then the connection is cut
 */
export type RuleVerdict = Verdict;

/** Decides for a segment; nothing leaves it to the next rule. Chance for it comes from `sim.random(…)`. */
export type Decide = (segment: Segment) => RuleVerdict | null | undefined;

/** A rule that is in force until it is removed. */
export class Rule implements Disposable {
  /** For how many segments it has decided something. */
  hits = 0;
  readonly decide: Decide;
  readonly #removed: (rule: Rule) => void;

  constructor(decide: Decide, removed: (rule: Rule) => void) {
    this.decide = decide;
    this.#removed = removed;
  }

  remove(): void {
    this.#removed(this);
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

export class Rules {
  readonly #network: SimulatedNetwork;
  readonly #failed: (error: unknown) => void;
  #rules: readonly Rule[] = [];

  /** @param failed - is given what a rule throws */
  constructor(network: SimulatedNetwork, failed: (error: unknown) => void) {
    this.#network = network;
    this.#failed = failed;
  }

  /** Adds a rule, behind those that are there. */
  add(decide: Decide): Rule {
    const rule = new Rule(decide, (gone) => {
      this.#keep(this.#rules.filter((each) => each !== gone));
    });
    this.#keep([...this.#rules, rule]);
    return rule;
  }

  #keep(rules: readonly Rule[]): void {
    this.#rules = rules;
    this.#network.judge = rules.length === 0 ? null : this.#judge;
  }

  readonly #judge = (segment: Segment): Verdict | null => {
    for (const rule of this.#rules) {
      try {
        const verdict = checked(rule.decide(segment));
        if (verdict === null) continue;
        rule.hits += 1;
        return verdict;
      } catch (error) {
        this.#failed(error);
      }
    }
    return null;
  };
}

/** The verdict as the driver takes it. Throws for what is none. */
function checked(verdict: RuleVerdict | null | undefined): Verdict | null {
  if (verdict === null || verdict === undefined) return null;
  if (verdict === 'drop' || verdict === 'refuse' || verdict === 'reset') return verdict;
  if (typeof verdict === 'object' && 'delay' in verdict) return { delay: microseconds(verdict.delay, 'a delay of') };
  if (typeof verdict === 'object' && Number.isInteger(verdict.resetAfter) && verdict.resetAfter >= 0) return verdict;
  throw new RangeError(
    `Cannot follow a rule that says ${JSON.stringify(verdict)}, wanted 'drop', 'refuse', 'reset', { delay } or { resetAfter }`,
  );
}
