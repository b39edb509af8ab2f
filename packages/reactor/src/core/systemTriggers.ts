/**
 * System events and their triggers, in three phases.
 *
 * @twisted twisted.internet.base._ThreePhaseEvent
 *
 * Firing an event uses its triggers up. All `before` triggers are called, then the Deferreds they returned are waited for,
 * however they turn out; then come `during` and `after`, whose results nobody waits for. A trigger added while its event
 * fires runs in it if its phase is the present one or a later one.
 */
import { Deferred } from '../defer/deferred';
import { AssertionError, KeyError, ValueError } from '../error';
import type { TriggerID, TriggerPhase } from '../interfaces';

import type { Dispatch } from './dispatch';

interface Trigger {
  readonly id: TriggerID;
  readonly callable: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
}

const PHASES: readonly string[] = ['before', 'during', 'after'] satisfies TriggerPhase[];

class SystemEvent {
  readonly #name: string;
  readonly #dispatch: Dispatch;
  readonly #phases: Readonly<Record<TriggerPhase, Trigger[]>> = { before: [], during: [], after: [] };
  /** The `before` triggers that have been called, until the event goes on to `during`. */
  readonly #called = new Set<TriggerID>();
  /** How many `before` results are awaited; null when none are. */
  #awaited: number | null = null;

  constructor(name: string, dispatch: Dispatch) {
    this.#name = name;
    this.#dispatch = dispatch;
  }

  add(phase: TriggerPhase, trigger: Trigger): void {
    this.#phases[phase].push(trigger);
  }

  /** Whether the trigger was there. One that was just called may still be taken back, to no effect: as in Twisted. */
  remove(id: TriggerID): boolean {
    if (this.#called.has(id)) return true;
    return Object.values(this.#phases).some((triggers) => {
      const index = triggers.findIndex((trigger) => trigger.id === id);
      if (index !== -1) triggers.splice(index, 1);
      return index !== -1;
    });
  }

  fire(): void {
    const results: Deferred[] = [];
    for (const result of this.#run('before')) if (result instanceof Deferred) results.push(result);
    // One more than there are: firing at once must not go on before all have been looked at.
    this.#awaited = results.length + 1;
    for (const result of results) {
      // Failed or not makes no difference, and the result stays what it was.
      result.addBoth((value) => {
        this.#oneDone();
        return value;
      });
    }
    this.#oneDone();
  }

  /** Waits no longer. */
  hasten(): void {
    if (this.#awaited === null) return;
    this.#awaited = null;
    this.#continue();
  }

  #oneDone(): void {
    if (this.#awaited === null) return;
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    this.#awaited = null;
    this.#continue();
  }

  #continue(): void {
    this.#called.clear();
    this.#run('during');
    this.#run('after');
  }

  #run(phase: TriggerPhase): unknown[] {
    const triggers = this.#phases[phase];
    const results: unknown[] = [];
    for (let trigger = triggers.shift(); trigger !== undefined; trigger = triggers.shift()) {
      const { id, callable, args } = trigger;
      if (phase === 'before') this.#called.add(id);
      this.#dispatch.call(`a "${phase} ${this.#name}" trigger`, () => {
        const result = callable(...(args as never[]));
        results.push(result);
        return result;
      });
    }
    return results;
  }
}

export class SystemTriggers {
  readonly #dispatch: Dispatch;
  readonly #events = new Map<string, SystemEvent>();

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch;
  }

  /** See `IReactorCore.addSystemEventTrigger`. */
  add(
    phase: TriggerPhase,
    eventType: string,
    callable: (...args: never[]) => unknown,
    args: readonly unknown[],
  ): TriggerID {
    if (typeof callable !== 'function') throw new AssertionError(`${String(callable)} is not callable`);
    if (!PHASES.includes(phase))
      throw new KeyError(`invalid phase '${phase as string}', wanted before, during or after`);
    let event = this.#events.get(eventType);
    if (event === undefined) this.#events.set(eventType, (event = new SystemEvent(eventType, this.#dispatch)));
    const id = Symbol(`${phase} ${eventType}`) as TriggerID;
    event.add(phase, { id, callable, args });
    return id;
  }

  /** See `IReactorCore.removeSystemEventTrigger`. */
  remove(id: TriggerID): void {
    if (typeof id !== 'symbol') throw new TypeError(`${String(id)} is not a trigger's ID`);
    for (const event of this.#events.values()) if (event.remove(id)) return;
    throw new ValueError('no such trigger: it has run, or was removed');
  }

  /** Calls the triggers of an event; without any, does nothing. */
  fire(eventType: string): void {
    this.#events.get(eventType)?.fire();
  }

  /** Has an event that waits for its `before` triggers wait no longer. */
  hasten(eventType: string): void {
    this.#events.get(eventType)?.hasten();
  }
}
