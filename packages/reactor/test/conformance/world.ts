/**
 * The operation language of the areas `deferred` and `clock`: a fresh world of named Deferreds, calls and other objects, the
 * operations on them, and the log of what happened.
 */
import {
  type AnyDeferred,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  fail,
  flushUnhandledErrors,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  race,
  succeed,
} from '../../src/defer';
import { Failure } from '../../src/failure';
import type { IDelayedCall } from '../../src/interfaces/time';
import { globalLogPublisher, type LogEvent } from '../../src/logger';
import { type CooperativeTask, Cooperator, deferLater, LoopingCall } from '../../src/task';

import { makeError, renderError } from './errors';
import type { Operation } from './load';

type Operations = readonly Operation[];

/** Time, as the operations want it: a Clock, or a reactor's queue. */
export interface Time {
  seconds(): number;
  callLater<A extends unknown[]>(delay: number, callable: (...args: A) => unknown, ...args: A): IDelayedCall;
  getDelayedCalls(): IDelayedCall[];
  advance(seconds: number): void;
  pump?(timings: readonly number[]): void;
  /** How long a reactor would sleep now; null: for ever. */
  sleep?(): number | null;
  callFromThread?(callable: () => unknown): void;
  /** Whether `getDelayedCalls` promises an order. */
  readonly ordered: boolean;
}

type Flags = Readonly<Record<string, boolean>>;
type Steps = readonly Operation[];

/** What `["ret", v]` and its like make of an action's argument. */
const RESULTS: Readonly<Record<string, (world: World, operation: Operation, argument: unknown) => unknown>> = {
  pass: (_world, _operation, argument) => argument,
  ret: (_world, [, value]) => value,
  retd: (world, [, name]) => world.deferred(name),
  raise: (_world, [, type, message]) => {
    throw makeError(type, message);
  },
  retfail: (_world, [, type, message]) => new Failure(makeError(type, message)),
  retsucceed: (_world, [, value]) => succeed(value),
  retfailed: (_world, [, type, message]) => fail(makeError(type, message)),
};

export class World {
  readonly log: unknown[][] = [];
  readonly time: Time;

  private readonly deferreds = new Map<string, AnyDeferred>();
  private readonly objects = new Map<string, object>();
  private readonly calls = new Map<string, IDelayedCall>();
  private readonly names = new Map<unknown, string>();
  private readonly terminators: Record<string, number> = {};

  constructor(time: Time) {
    this.time = time;
  }

  /** Runs the operations and returns the observations. */
  play(operations: Operations): unknown {
    const unhandled: unknown[] = [];
    let expectUnhandled = false;
    const observer = (event: LogEvent): void => {
      if (event.log_format === 'Unhandled error in Deferred:') expectUnhandled = true;
      else if (event.log_failure === undefined) return;
      else if (expectUnhandled) {
        expectUnhandled = false;
        unhandled.push(renderError(event.log_failure.value));
      } else this.log.push(['logged', renderError(event.log_failure.value)]);
    };
    flushUnhandledErrors();
    globalLogPublisher.addObserver(observer);
    try {
      for (const operation of operations) {
        this.log.push(['op']);
        this.guard(() => {
          this.run(operation);
        });
      }
      flushUnhandledErrors();
    } finally {
      globalLogPublisher.removeObserver(observer);
    }
    const key = (error: unknown): string => JSON.stringify(error);
    unhandled.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return unhandled.length === 0 ? { log: this.log } : { log: this.log, unhandled };
  }

  deferred(name: unknown): AnyDeferred {
    const deferred = this.deferreds.get(name as string);
    if (deferred === undefined) throw new Error(`no Deferred is called ${String(name)}`);
    return deferred;
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the expected type
  private object<T extends object>(name: unknown): T {
    return this.objects.get(name as string) as T;
  }

  private call(name: unknown): IDelayedCall {
    return this.calls.get(name as string) as IDelayedCall;
  }

  private nameDeferred(name: unknown, deferred: AnyDeferred): void {
    this.deferreds.set(name as string, deferred);
    this.names.set(deferred, name as string);
  }

  private nameObject(name: unknown, object: object): void {
    this.objects.set(name as string, object);
    this.names.set(object, name as string);
  }

  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.log.push(['raised', ...renderError(error as Error)]);
    }
  }

  /** A value as it stands in the log. */
  private render(value: unknown): unknown {
    if (Failure.isFailure(value)) return { err: renderError(value.value) };
    if (Deferred.isDeferred(value)) return { deferred: this.names.get(value) ?? '?' };
    if (Array.isArray(value)) return value.map((each) => this.render(each));
    if (typeof value === 'object' && value !== null) return { object: this.names.get(value) ?? '?' };
    return value ?? null;
  }

  /** Runs an action's operations; its result, if it has one, decides what it returns. */
  private act(operations: Operations, argument: unknown = null): unknown {
    for (const operation of operations) {
      const result = RESULTS[operation[0]];
      if (result !== undefined) return result(this, operation, argument);
      this.run(operation);
    }
    return argument;
  }

  /** A callback that logs its label and argument and acts. */
  private scripted(label: unknown, action: unknown): (argument: unknown) => unknown {
    return (argument) => {
      this.log.push([label, this.render(argument)]);
      return this.act(action as Operations, argument);
    };
  }

  private run([verb, ...args]: Operation): void {
    const operation = (this.operations as Partial<Record<string, (...args: unknown[]) => void>>)[verb];
    if (operation === undefined) throw new Error(`unknown operation ${verb}`);
    operation(...args);
  }

  private named(names: unknown): AnyDeferred[] {
    return (names as string[]).map((name) => this.deferred(name));
  }

  private *steps(name: unknown, steps: Steps): Generator<unknown, unknown, unknown> {
    // Distinguishes "fell off the end" from "returned": only the latter ends the enclosing steps.
    const ended = yield* this.someSteps(name, steps);
    return ended === null ? null : ended.value;
  }

  private *someSteps(name: unknown, steps: Steps): Generator<unknown, { value: unknown } | null, unknown> {
    for (const [verb, ...args] of steps) {
      let ended: { value: unknown } | null = null;
      switch (verb) {
        case 'y':
          this.log.push(['got', name, this.render(yield this.deferred(args[0]))]);
          break;
        case 'yv':
          this.log.push(['got', name, this.render(yield args[0])]);
          break;
        case 'yi': {
          const d = inlineCallbacks(() => this.steps(args[0], args[1] as Steps))();
          this.nameDeferred(args[0], d);
          this.log.push(['got', name, this.render(yield d)]);
          break;
        }
        case 'yg':
          this.log.push(['got', name, this.render(yield this.steps(args[0], args[1] as Steps))]);
          break;
        case 'try':
        case 'tryelse':
          try {
            ended = yield* this.someSteps(name, args[0] as Steps);
          } catch (error) {
            this.log.push(['caught', name, renderError(error as Error)]);
            if (verb === 'tryelse') ended = yield* this.someSteps(name, args[1] as Steps);
          }
          break;
        case 'finally':
          try {
            ended = yield* this.someSteps(name, args[0] as Steps);
          } finally {
            this.log.push(['finally', name]);
            // What it returns or throws counts, as in the languages themselves.
            const endedAtLast = yield* this.someSteps(name, args[1] as Steps);
            // eslint-disable-next-line no-unsafe-finally -- that is the point
            if (endedAtLast !== null) return endedAtLast;
          }
          break;
        case 'do':
          for (const operation of args[0] as Operations) this.run(operation);
          break;
        case 'ret':
          return { value: args[0] };
        case 'raise':
          throw makeError(args[0], args[1]);
        default:
          throw new Error(`unknown step ${verb}`);
      }
      if (ended !== null) return ended;
    }
    return null;
  }

  private *taskSteps(name: unknown, steps: readonly Operations[]): Generator<unknown, undefined, undefined> {
    for (const [i, step] of steps.entries()) {
      this.log.push(['step', name, i, this.time.seconds()]);
      yield this.act(step);
    }
    this.log.push(['stop', name]);
    return undefined;
  }

  private task(name: unknown): CooperativeTask {
    return this.object<{ task: CooperativeTask }>(`task ${String(name)}`).task;
  }

  private readonly operations = {
    new: (d: unknown, ops?: unknown): void => {
      const canceller = (argument: AnyDeferred): void => {
        this.log.push(['canceller', d, argument === this.deferred(d)]);
        for (const operation of ops as Operations) {
          if (operation[0] === 'raise') throw makeError(operation[1], operation[2]);
          this.run(operation);
        }
      };
      this.nameDeferred(d, new Deferred(ops === undefined ? null : canceller));
    },
    succeed: (d: unknown, value: unknown): void => {
      this.nameDeferred(d, succeed(value));
    },
    fail: (d: unknown, type: unknown, message: unknown): void => {
      this.nameDeferred(d, fail<unknown>(makeError(type, message)));
    },
    cb: (d: unknown, label: unknown, action: unknown): void => {
      this.deferred(d).addCallback(this.scripted(label, action));
    },
    eb: (d: unknown, label: unknown, action: unknown): void => {
      this.deferred(d).addErrback(this.scripted(label, action));
    },
    both: (d: unknown, label: unknown, action: unknown): void => {
      this.deferred(d).addBoth(this.scripted(label, action));
    },
    cbs: (d: unknown, label: unknown, action: unknown, label2: unknown, action2: unknown): void => {
      this.deferred(d).addCallbacks(this.scripted(label, action), this.scripted(label2, action2));
    },
    callback: (d: unknown, value: unknown): void => {
      this.deferred(d).callback(value);
    },
    errback: (d: unknown, type: unknown, message: unknown): void => {
      this.deferred(d).errback(makeError(type, message));
    },
    callbackfail: (d: unknown, type: unknown, message: unknown): void => {
      this.deferred(d).callback(new Failure(makeError(type, message)));
    },
    pause: (d: unknown): void => {
      this.deferred(d).pause();
    },
    unpause: (d: unknown): void => {
      this.deferred(d).unpause();
    },
    cancel: (d: unknown): void => {
      this.deferred(d).cancel();
    },
    chain: (d: unknown, e: unknown): void => {
      this.deferred(d).chainDeferred(this.deferred(e));
    },
    timeout: (d: unknown, seconds: unknown, action?: unknown): void => {
      if (action === undefined) {
        this.deferred(d).addTimeout(seconds as number, this.time);
        return;
      }
      this.deferred(d).addTimeout(seconds as number, this.time, (result, timeout): unknown => {
        this.log.push(['onTimeoutCancel', d, this.render(result), timeout]);
        return this.act(action as Operations, result);
      });
    },
    state: (d: unknown): void => {
      const { called, paused } = this.deferred(d);
      this.log.push(['state', d, called, paused]);
    },
    maybe: (d: unknown, action: unknown): void => {
      const f = (): unknown => {
        this.log.push(['called', d]);
        return this.act(action as Operations);
      };
      this.nameDeferred(d, maybeDeferred(f));
    },
    list: (d: unknown, names: unknown, flags: unknown): void => {
      this.nameDeferred(d, new DeferredList(this.named(names), flags as Flags));
    },
    gather: (d: unknown, names: unknown, consumeErrors: unknown): void => {
      this.nameDeferred(d, gatherResults(this.named(names), { consumeErrors: Boolean(consumeErrors) }));
    },
    race: (d: unknown, names: unknown): void => {
      this.nameDeferred(d, race(this.named(names)));
    },
    inline: (d: unknown, script: unknown): void => {
      this.nameDeferred(d, inlineCallbacks(() => this.steps(d, script as Steps))());
    },
    lock: (o: unknown): void => {
      this.nameObject(o, new DeferredLock());
    },
    sem: (o: unknown, tokens: unknown): void => {
      this.nameObject(o, new DeferredSemaphore(tokens as number));
    },
    queue: (o: unknown, size: unknown, backlog: unknown): void => {
      this.nameObject(o, new DeferredQueue({ size: size as number | null, backlog: backlog as number | null }));
    },
    acquire: (o: unknown, d: unknown): void => {
      this.nameDeferred(d, this.object<DeferredLock>(o).acquire());
    },
    release: (o: unknown): void => {
      this.object<DeferredLock>(o).release();
    },
    run: (o: unknown, d: unknown, action: unknown): void => {
      const f = (): unknown => {
        this.log.push(['called', d]);
        return this.act(action as Operations);
      };
      this.nameDeferred(d, this.object<DeferredLock>(o).run(f));
    },
    put: (o: unknown, value: unknown): void => {
      this.object<DeferredQueue>(o).put(value);
    },
    get: (o: unknown, d: unknown): void => {
      this.nameDeferred(d, this.object<DeferredQueue>(o).get());
    },
    ostate: (o: unknown): void => {
      const object = this.object(o);
      let state: unknown = {};
      if (object instanceof DeferredLock) state = { locked: object.locked, waiting: object.waiting.length };
      if (object instanceof DeferredSemaphore)
        state = { tokens: object.tokens, limit: object.limit, waiting: object.waiting.length };
      if (object instanceof DeferredQueue)
        state = { waiting: object.waiting.length, pending: object.pending.map((each) => this.render(each)) };
      this.log.push(['ostate', o, state]);
    },
    try: (ops: unknown): void => {
      this.guard(() => {
        for (const operation of ops as Operations) this.run(operation);
      });
    },
    log: (text: unknown): void => {
      this.log.push(['log', text]);
    },

    advance: (seconds: unknown): void => {
      this.time.advance(seconds as number);
    },
    pump: (timings: unknown): void => {
      this.time.pump?.(timings as number[]);
    },
    now: (): void => {
      this.log.push(['now', this.time.seconds()]);
    },
    callLater: (c: unknown, delay: unknown, action: unknown): void => {
      const call = this.time.callLater(delay as number, () => {
        this.log.push(['call', c, this.time.seconds()]);
        this.act(action as Operations);
      });
      this.calls.set(c as string, call);
      this.names.set(call, c as string);
    },
    ccancel: (c: unknown): void => {
      this.call(c).cancel();
    },
    creset: (c: unknown, seconds: unknown): void => {
      this.call(c).reset(seconds as number);
    },
    cdelay: (c: unknown, seconds: unknown): void => {
      this.call(c).delay(seconds as number);
    },
    cstate: (c: unknown): void => {
      const call = this.call(c);
      this.log.push(['cstate', c, call.active(), call.getTime()]);
    },
    calls: (): void => {
      const calls = this.time.getDelayedCalls().map((call) => [this.names.get(call) ?? '?', call.getTime()] as const);
      if (!this.time.ordered) calls.sort(([a], [b]) => (a < b ? -1 : 1));
      this.log.push(['calls', calls]);
    },
    sleep: (): void => {
      this.log.push(['sleep', this.time.sleep?.()]);
    },
    fromThread: (label: unknown, action: unknown): void => {
      this.time.callFromThread?.(() => {
        this.log.push(['fromThread', label, this.time.seconds()]);
        this.act(action as Operations);
      });
    },
    deferLater: (d: unknown, delay: unknown, action?: unknown): void => {
      if (action === undefined) {
        this.nameDeferred(d, deferLater(this.time, delay as number));
        return;
      }
      const f = (): unknown => {
        this.log.push(['called', d, this.time.seconds()]);
        return this.act(action as Operations);
      };
      this.nameDeferred(d, deferLater(this.time, delay as number, f));
    },
    loop: (o: unknown, script: unknown, count: unknown): void => {
      let n = 0;
      const beat = (...counts: number[]): unknown => {
        this.log.push(['loop', o, this.time.seconds(), ...counts]);
        return this.act((script as Operations[])[n++] ?? []);
      };
      const loop = count === true ? LoopingCall.withCount(beat) : new LoopingCall(beat);
      loop.clock = this.time;
      this.nameObject(o, loop);
    },
    lstart: (o: unknown, d: unknown, interval: unknown, now: unknown): void => {
      this.nameDeferred(d, this.object<LoopingCall>(o).start(interval as number, now as boolean));
    },
    lstop: (o: unknown): void => {
      this.object<LoopingCall>(o).stop();
    },
    lreset: (o: unknown): void => {
      this.object<LoopingCall>(o).reset();
    },
    lstate: (o: unknown): void => {
      const { running, call } = this.object<LoopingCall>(o);
      this.log.push(['lstate', o, running, call === null ? null : call.getTime()]);
    },
    coop: (o: unknown, n: unknown, delay: unknown, started?: unknown): void => {
      const cooperator = new Cooperator({
        terminationPredicateFactory: () => {
          let questions = 0;
          return () => ++questions >= (n as number);
        },
        scheduler: (f) => this.time.callLater(delay as number, f),
        started: started === undefined ? true : Boolean(started),
      });
      this.nameObject(o, cooperator);
    },
    cooperate: (o: unknown, t: unknown, steps: unknown): void => {
      const iterator = this.taskSteps(t, steps as Operations[]);
      this.names.set(iterator, t as string);
      this.objects.set(`task ${String(t)}`, { task: this.object<Cooperator>(o).cooperate(iterator) });
    },
    coiterate: (o: unknown, t: unknown, d: unknown, steps: unknown): void => {
      const iterator = this.taskSteps(t, steps as Operations[]);
      this.names.set(iterator, t as string);
      this.nameDeferred(d, this.object<Cooperator>(o).coiterate(iterator));
    },
    whenDone: (t: unknown, d: unknown): void => {
      this.nameDeferred(d, this.task(t).whenDone());
    },
    tpause: (t: unknown): void => {
      this.task(t).pause();
    },
    tresume: (t: unknown): void => {
      this.task(t).resume();
    },
    tstop: (t: unknown): void => {
      this.task(t).stop();
    },
    cstart: (o: unknown): void => {
      this.object<Cooperator>(o).start();
    },
    cstop: (o: unknown): void => {
      this.object<Cooperator>(o).stop();
    },
    crunning: (o: unknown): void => {
      this.log.push(['crunning', o, this.object<Cooperator>(o).running]);
    },
  };
}
