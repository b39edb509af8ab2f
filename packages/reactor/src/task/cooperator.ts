/**
 * Long work in small steps, several such works at once.
 *
 * @twisted twisted.internet.task (Cooperator, CooperativeTask, coiterate, cooperate)
 *
 * A task is an iterator, one step the work up to its next value. As in Twisted, the list of tasks is walked by index while tasks
 * leave it: the task after one that leaves waits for the next round, and `Cooperator.stop()` reaches only every other task.
 */
import { types } from 'node:util';

import { currentReactor } from '../current';
import { Deferred, isDeferred } from '../defer/deferred';
import { Failure } from '../failure';
import type { IReactor } from '../interfaces';
import type { IDelayedCall } from '../interfaces/time';

import { NotPaused, type SchedulerError, SchedulerStopped, TaskDone, TaskFailed, TaskStopped } from './errors';

/** Any iterator: its values are steps done, or Deferreds (or promises) to wait for. */
export type AnyIterator = Iterator<unknown, unknown, undefined>;

/** Options of `Cooperator`. */
export interface CooperatorOptions {
  /** Called at the beginning of a tick for a function that says, after each step, whether the tick is over. Default: 10 ms. */
  readonly terminationPredicateFactory?: () => () => boolean;
  /** Has a function called some time later. Default: `reactor.callLater`, at once. */
  readonly scheduler?: (callable: () => void) => Pick<IDelayedCall, 'cancel'>;
  /** Whether tasks run from the start, or only after `start()`. Default true. */
  readonly started?: boolean;
}

/** One tick of the default predicate, in seconds. */
const MAX_SLICE = 0.01;
/** Steps after which the default predicate ends a tick in any case: on a virtual clock no time passes during a tick. */
const MAX_STEPS = 10_000;
const EPSILON = 0.00000001;

function timeSlice(): () => boolean {
  const reactor = currentReactor();
  const end = reactor.seconds() + MAX_SLICE;
  let steps = 0;
  return () => ++steps >= MAX_STEPS || reactor.seconds() >= end;
}

function schedule(callable: () => void): IDelayedCall {
  return currentReactor().callLater(EPSILON, callable);
}

/** Where the round through the tasks has got to; null at its end. */
interface Round {
  readonly tasks: readonly CooperativeTask[];
  next: number;
}

/** What a task needs of its cooperator. */
interface Scheduler {
  addTask(task: CooperativeTask): void;
  removeTask(task: CooperativeTask): void;
}

/** An iterator being run by a `Cooperator`. `cooperate` makes it. */
export class CooperativeTask<I extends AnyIterator = AnyIterator> {
  private readonly iterator: I;
  private readonly scheduler: Scheduler;
  private readonly deferreds: Deferred<I>[] = [];
  private pauseCount = 0;
  private completionState: SchedulerError | null = null;
  private completionResult: I | Failure | null = null;

  /** For `Cooperator`. */
  constructor(iterator: I, scheduler: Scheduler) {
    this.iterator = iterator;
    this.scheduler = scheduler;
    scheduler.addTask(this);
  }

  /** Fires with the iterator when that is exhausted; fails with what it threw, `TaskStopped` or `SchedulerStopped`. */
  whenDone(): Deferred<I> {
    const d = new Deferred<I>();
    if (this.completionResult === null) this.deferreds.push(d);
    else d.callback(this.completionResult);
    return d;
  }

  /** Does no more work until `resume`; calls count. Throws `TaskDone`, `TaskFailed` or `TaskStopped` when the task is finished. */
  pause(): void {
    this.checkFinish();
    this.pauseCount++;
    if (this.pauseCount === 1) this.scheduler.removeTask(this);
  }

  /** Takes one `pause` back. Throws `NotPaused` when there is none. */
  resume(): void {
    if (this.pauseCount === 0) throw new NotPaused();
    this.pauseCount--;
    if (this.pauseCount === 0 && this.completionState === null) this.scheduler.addTask(this);
  }

  /** Ends the task. Throws `TaskDone`, `TaskFailed` or `TaskStopped` when it is finished already. */
  stop(): void {
    this.checkFinish();
    this.completeWith(new TaskStopped(), new Failure(new TaskStopped()));
  }

  /** For `Cooperator`: ends the task in that state, and fires with that result. */
  completeWith(completionState: SchedulerError, result: I | Failure): void {
    this.completionState = completionState;
    this.completionResult = result;
    if (this.pauseCount === 0) this.scheduler.removeTask(this);
    // Last: a callback may do anything to the cooperator, and must find this task out of it.
    for (const d of this.deferreds) d.callback(result);
  }

  /** For `Cooperator`: does one step. */
  oneWorkUnit(): void {
    let step: IteratorResult<unknown, unknown>;
    try {
      step = this.iterator.next();
    } catch (error) {
      this.completeWith(new TaskFailed(), new Failure(error));
      return;
    }
    if (step.done === true) {
      this.completeWith(new TaskDone(), this.iterator);
      return;
    }
    const awaited = types.isPromise(step.value) ? Deferred.fromPromise(step.value) : step.value;
    if (!isDeferred(awaited)) return;
    this.pause();
    awaited.addCallbacks(
      () => {
        this.resume();
      },
      (failure) => {
        this.completeWith(new TaskFailed(), failure);
      },
    );
  }

  private checkFinish(): void {
    if (this.completionState !== null) throw this.completionState;
  }
}

/**
 * Runs tasks in turn, a step each, for a slice of time, and lets the reactor do other work between slices.
 *
 * @example
 * const task = new Cooperator().cooperate((function* () {
 *   for (const row of rows) { index(row); yield; }
 * })());
 * task.whenDone().addCallback(() => console.log('indexed'));
 */
export class Cooperator {
  private readonly terminationPredicateFactory: () => () => boolean;
  private readonly scheduler: (callable: () => void) => Pick<IDelayedCall, 'cancel'>;
  private tasks: CooperativeTask[] = [];
  private round: Round | null = null;
  private delayedCall: Pick<IDelayedCall, 'cancel'> | null = null;
  private stopped = false;
  private started: boolean;
  private mustScheduleOnStart = false;

  constructor(options: CooperatorOptions = {}) {
    this.terminationPredicateFactory = options.terminationPredicateFactory ?? timeSlice;
    this.scheduler = options.scheduler ?? schedule;
    this.started = options.started ?? true;
  }

  /** Whether tasks are run. */
  get running(): boolean {
    return this.started && !this.stopped;
  }

  /** Adds an iterator; the Deferred fires when it is done, as `CooperativeTask.whenDone`. */
  coiterate<I extends AnyIterator>(iterator: I, doneDeferred: Deferred<I> = new Deferred<I>()): Deferred<I> {
    this.cooperate(iterator).whenDone().chainDeferred(doneDeferred);
    return doneDeferred;
  }

  /** Adds an iterator, and gives the task that it has become. A stopped cooperator fails it with `SchedulerStopped` at once. */
  cooperate<I extends AnyIterator>(iterator: I): CooperativeTask<I> {
    return new CooperativeTask(iterator, this);
  }

  /** Begins to run tasks. */
  start(): void {
    this.stopped = false;
    this.started = true;
    if (this.mustScheduleOnStart) {
      this.mustScheduleOnStart = false;
      this.reschedule();
    }
  }

  /** Runs no more tasks, and fails those there are with `SchedulerStopped`. */
  stop(): void {
    this.stopped = true;
    for (const task of this.tasks) task.completeWith(new SchedulerStopped(), new Failure(new SchedulerStopped()));
    this.tasks = [];
    if (this.delayedCall !== null) {
      this.delayedCall.cancel();
      this.delayedCall = null;
    }
  }

  /** For `CooperativeTask`. */
  addTask(task: CooperativeTask): void {
    this.tasks.push(task);
    if (this.stopped) task.completeWith(new SchedulerStopped(), new Failure(new SchedulerStopped()));
    else this.reschedule();
  }

  /** For `CooperativeTask`. */
  removeTask(task: CooperativeTask): void {
    const index = this.tasks.indexOf(task);
    if (index !== -1) this.tasks.splice(index, 1);
    if (this.tasks.length === 0 && this.delayedCall !== null) {
      this.delayedCall.cancel();
      this.delayedCall = null;
    }
  }

  private reschedule(): void {
    if (!this.started) this.mustScheduleOnStart = true;
    else if (this.delayedCall === null && this.tasks.length > 0) this.delayedCall = this.scheduler(this.tick);
  }

  private readonly tick = (): void => {
    this.delayedCall = null;
    const isOver = this.terminationPredicateFactory();
    while (this.tasks.length > 0) {
      // To the end of the round, even when its last task has left: the tasks that come then are a round of their own.
      for (let task = this.nextInRound(); task !== null; task = this.nextInRound()) {
        task.oneWorkUnit();
        if (isOver()) {
          this.reschedule();
          return;
        }
      }
      this.round = { tasks: this.tasks, next: 0 };
    }
    this.reschedule();
  };

  /** The next task of this round; null when the round is over. */
  private nextInRound(): CooperativeTask | null {
    if (this.round === null) return null;
    const task = this.round.tasks[this.round.next++];
    if (task !== undefined) return task;
    this.round = null;
    return null;
  }
}

/** The cooperator of each reactor, made when it is first wanted. */
const cooperators = new WeakMap<IReactor, Cooperator>();

function theCooperator(): Cooperator {
  const reactor = currentReactor();
  let cooperator = cooperators.get(reactor);
  if (cooperator === undefined) {
    cooperator = new Cooperator();
    cooperators.set(reactor, cooperator);
  }
  return cooperator;
}

/** Runs an iterator on the installed reactor's cooperator; the Deferred fires when it is done. */
export function coiterate<I extends AnyIterator>(iterator: I): Deferred<I> {
  return theCooperator().coiterate(iterator);
}

/** Runs an iterator on the installed reactor's cooperator. */
export function cooperate<I extends AnyIterator>(iterator: I): CooperativeTask<I> {
  return theCooperator().cooperate(iterator);
}
