/** Timed calls against Node's own timers and Twisted's. */
import { type ScheduledFunction, TimerQueue } from '../packages/reactor/src/time';

import { compare, twisted } from './frame';

const NOTHING: readonly unknown[] = [];
const ignore: ScheduledFunction = () => undefined;
const PENDING = 1_000_000;

/** A million calls in the queue (or timers in Node) beside those that are measured. */
function manyPending(queue: TimerQueue): void {
  for (let i = 0; i < PENDING; i++) queue.add(3600 + (i % 1000), ignore, NOTHING);
  queue.nextTime();
}

/** The queue of a reactor that takes a turn for every thousand operations. */
function newQueue(): { queue: TimerQueue; turn: () => void } {
  let now = 0;
  const queue = new TimerQueue(() => now);
  const turn = (): void => {
    now += 0.001;
    queue.runDue(now, (callable, args) => {
      callable(...args);
    });
    queue.nextTime();
  };
  return { queue, turn };
}

function addAndCancel({ queue, turn }: ReturnType<typeof newQueue>, n: number): void {
  for (let i = 0; i < n; i++) {
    queue.add(30 + (i & 15), ignore, NOTHING).cancel();
    if (i % 1000 === 0) turn();
  }
}

/** Calls that live for a hundred others, so that they have entered the heap before they are cancelled. */
function addAndCancelLate({ queue, turn }: ReturnType<typeof newQueue>, n: number): void {
  const ring = Array.from({ length: 128 }, () => queue.add(30, ignore, NOTHING));
  for (let i = 0; i < n; i++) {
    const at = i & 127;
    ring[at]?.cancel();
    ring[at] = queue.add(30 + (i & 15), ignore, NOTHING);
    if (i % 100 === 0) turn();
  }
  for (const call of ring) call.cancel();
}

function reset({ queue, turn }: ReturnType<typeof newQueue>, n: number): void {
  const call = queue.add(30, ignore, NOTHING);
  for (let i = 0; i < n; i++) {
    call.reset(30);
    if (i % 1000 === 0) turn();
  }
  call.cancel();
}

function runThem(n: number, delayOf: (i: number) => number): void {
  let now = 0;
  const queue = new TimerQueue(() => now);
  for (let i = 0; i < n; i++) queue.add(delayOf(i), ignore, NOTHING);
  now = 1000;
  queue.runDue(now, (callable, args) => {
    callable(...args);
  });
}

function setAndClear(n: number): void {
  for (let i = 0; i < n; i++) clearTimeout(setTimeout(ignore, (30 + (i & 15)) * 1000));
}

function setAndClearLate(n: number): void {
  const ring = Array.from({ length: 128 }, () => setTimeout(ignore, 30_000));
  for (let i = 0; i < n; i++) {
    const at = i & 127;
    clearTimeout(ring[at]);
    ring[at] = setTimeout(ignore, (30 + (i & 15)) * 1000);
  }
  for (const timer of ring) clearTimeout(timer);
}

function refresh(n: number): void {
  const timer = setTimeout(ignore, 30_000);
  for (let i = 0; i < n; i++) timer.refresh();
  clearTimeout(timer);
}

/** Node cannot run timers at a hand-set time: all are set for the next millisecond, so that none waits. */
async function setAndRun(n: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = n;
    const count = (): void => {
      if (--left === 0) resolve();
    };
    for (let i = 0; i < n; i++) setTimeout(count, 1);
  });
}

export async function run(): Promise<void> {
  const numbers = twisted('timers');
  const small = newQueue();
  await compare(
    'timers',
    [
      {
        name: 'callLater, cancel',
        skein: (n) => addAndCancel(small, n),
        node: setAndClear,
        peer: 'setTimeout, clearTimeout',
        twisted: 'cancel',
      },
      {
        name: 'cancel 128 calls later',
        skein: (n) => addAndCancelLate(small, n),
        node: setAndClearLate,
        peer: 'setTimeout, clearTimeout',
        twisted: 'cancelLate',
      },
      { name: 'reset', skein: (n) => reset(small, n), node: refresh, peer: 'timeout.refresh', twisted: 'reset' },
      {
        name: 'reset or cancel + new',
        skein: (n) => reset(small, n),
        node: setAndClear,
        peer: 'setTimeout, clearTimeout',
        twisted: 'cancel',
      },
      {
        name: '100,000 for one time, run',
        skein: (n) => runThem(n, () => 1),
        node: setAndRun,
        peer: 'setTimeout',
        twisted: 'runSame',
        n: 100_000,
      },
      {
        name: '100,000 in disorder, run',
        skein: (n) => runThem(n, (i) => (i * 7919) % 1000),
        peer: 'none: real time would pass',
        twisted: 'run',
        n: 100_000,
      },
    ],
    numbers,
  );

  const full = newQueue();
  manyPending(full.queue);
  const timers = Array.from({ length: PENDING }, (_, i) => setTimeout(ignore, (3600 + (i % 1000)) * 1000));
  await compare(
    'timers, with 1,000,000 others pending',
    [
      {
        name: 'callLater, cancel',
        skein: (n) => addAndCancel(full, n),
        node: setAndClear,
        peer: 'setTimeout, clearTimeout',
        twisted: 'cancelFull',
      },
      {
        name: 'cancel 128 calls later',
        skein: (n) => addAndCancelLate(full, n),
        node: setAndClearLate,
        peer: 'setTimeout, clearTimeout',
        twisted: 'cancelLateFull',
      },
      { name: 'reset', skein: (n) => reset(full, n), node: refresh, peer: 'timeout.refresh', twisted: 'resetFull' },
    ],
    numbers,
  );
  for (const timer of timers) clearTimeout(timer);
}
