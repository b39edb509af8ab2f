/** Deferreds against native promises and Twisted's own Deferreds. */
import { Deferred, inlineCallbacks, succeed } from '@skein/reactor/defer';

import { compare, twisted } from './frame';

const inc = (x: number): number => x + 1;
let sink = 0;

function fireOne(n: number): void {
  for (let i = 0; i < n; i++) {
    const d = new Deferred<number>();
    d.addCallback((x) => {
      sink = x;
    });
    d.callback(i);
  }
}

async function awaitOne(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    let resolve: (value: number) => void = () => undefined;
    const p = new Promise<number>((r) => {
      resolve = r;
    });
    resolve(i);
    sink = await p;
  }
}

async function thenOne(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    let resolve: (value: number) => void = () => undefined;
    const p = new Promise<number>((r) => {
      resolve = r;
    }).then((x) => {
      sink = x;
    });
    resolve(i);
    await p;
  }
}

function chainOfTen(n: number): void {
  for (let i = 0; i < n; i++) {
    const d = new Deferred<number>();
    for (let k = 0; k < 10; k++) d.addCallback(inc);
    d.addCallback((x) => {
      sink = x;
    });
    d.callback(i);
  }
}

async function thenChainOfTen(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    let resolve: (value: number) => void = () => undefined;
    let p = new Promise<number>((r) => {
      resolve = r;
    });
    for (let k = 0; k < 10; k++) p = p.then(inc);
    resolve(i);
    sink = await p;
  }
}

const tenFired = inlineCallbacks(function* (start: number) {
  let x = start;
  for (let k = 0; k < 10; k++) x = yield* succeed(x + 1);
  return x;
});

function inlineFired(n: number): void {
  for (let i = 0; i < n; i++)
    tenFired(i).addCallback((x) => {
      sink = x;
    });
}

async function tenResolved(start: number): Promise<number> {
  let x = start;
  for (let k = 0; k < 10; k++) x = await Promise.resolve(x + 1);
  return x;
}

async function awaitResolved(n: number): Promise<void> {
  for (let i = 0; i < n; i++) sink = await tenResolved(i);
}

const tenPending = inlineCallbacks(function* (source: { next: Deferred<number> }) {
  let x = 0;
  for (let k = 0; k < 10; k++) x += yield* (source.next = new Deferred<number>());
  return x;
});

function inlinePending(n: number): void {
  const source = { next: new Deferred<number>() };
  for (let i = 0; i < n; i++) {
    const d = tenPending(source);
    for (let k = 0; k < 10; k++) source.next.callback(k);
    d.addCallback((x) => {
      sink = x;
    });
  }
}

async function awaitTenPending(source: { next: (x: number) => void }): Promise<number> {
  let x = 0;
  for (let k = 0; k < 10; k++) {
    x += await new Promise<number>((resolve) => {
      source.next = resolve;
    });
  }
  return x;
}

async function awaitPending(n: number): Promise<void> {
  const source: { next: (x: number) => void } = { next: () => undefined };
  for (let i = 0; i < n; i++) {
    const p = awaitTenPending(source);
    for (let k = 0; k < 10; k++) {
      source.next(k);
      // The async function takes the next turn of the microtask queue to go on.
      await Promise.resolve();
    }
    sink = await p;
  }
}

function failOne(n: number): void {
  const error = new Error('boom');
  for (let i = 0; i < n; i++) {
    const d = new Deferred<number>();
    d.addErrback((failure) => {
      sink = failure.value.message.length;
    });
    d.errback(error);
  }
}

async function rejectOne(n: number): Promise<void> {
  const error = new Error('boom');
  for (let i = 0; i < n; i++) {
    let reject: (reason: Error) => void = () => undefined;
    const p = new Promise<number>((_, r) => {
      reject = r;
    });
    reject(error);
    try {
      sink = await p;
    } catch (caught) {
      sink = (caught as Error).message.length;
    }
  }
}

const LINKS = 100_000;

function longChain(n: number): void {
  for (let i = 0; i < n; i++) {
    const first = new Deferred<number>();
    let d: Deferred<number> = first;
    for (let k = 0; k < LINKS; k++) {
      const inner = d;
      d = succeed(null).addCallback(() => inner);
    }
    d.addCallback((x) => {
      sink = x;
    });
    first.callback(i);
  }
}

async function longPromiseChain(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    let resolve: (value: number) => void = () => undefined;
    let p = new Promise<number>((r) => {
      resolve = r;
    });
    for (let k = 0; k < LINKS; k++) {
      const inner = p;
      p = Promise.resolve(null).then(() => inner);
    }
    resolve(i);
    sink = await p;
  }
}

export async function run(): Promise<void> {
  const numbers = twisted('defer');
  await compare(
    'defer',
    [
      {
        name: 'create, addCallback, callback',
        skein: fireOne,
        node: awaitOne,
        peer: 'new Promise, resolve, await',
        twisted: 'one',
      },
      { name: 'the same', skein: fireOne, node: thenOne, peer: 'new Promise, then, resolve, await', twisted: 'one' },
      {
        name: 'create, addErrback, errback',
        skein: failOne,
        node: rejectOne,
        peer: 'new Promise, reject, try await',
        twisted: 'fail',
      },
      {
        name: 'a chain of 10 callbacks',
        skein: chainOfTen,
        node: thenChainOfTen,
        peer: '10 then, await',
        twisted: 'chain',
      },
      {
        name: 'inlineCallbacks, 10 fired',
        skein: inlineFired,
        node: awaitResolved,
        peer: 'async, 10 await Promise.resolve',
        twisted: 'inlineFired',
      },
      {
        name: 'inlineCallbacks, 10 unfired',
        skein: inlinePending,
        node: awaitPending,
        peer: 'async, 10 await new Promise',
        twisted: 'inlinePending',
      },
      {
        name: '100,000 returned, each link',
        skein: longChain,
        node: longPromiseChain,
        peer: '100,000 promises returned',
        operations: LINKS,
        n: 1,
      },
    ],
    numbers,
  );
  if (Number.isNaN(sink)) throw new Error('the results went wrong');
}
