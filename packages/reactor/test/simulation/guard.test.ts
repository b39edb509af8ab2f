import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import timers from 'node:timers';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { globalLogPublisher, type LogEvent } from '../../src/logger';
import { type Guard, RealWorldError, Simulation } from '../../src/simulation';

/** Has a host do something after a second, under a guard. */
async function hostDoes(act: () => unknown, guard: Guard = 'throw'): Promise<Simulation> {
  const sim = new Simulation({ guard });
  sim.host('clockwork').reactor.callLater(1, act);
  await sim.advance(2);
  return sim;
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

/** What is logged as a warning while `act` is under way. */
async function warnings(act: () => Promise<unknown>): Promise<string[]> {
  const messages: string[] = [];
  const observer = (event: LogEvent): void => {
    if (event.log_level === 'warn') messages.push(String(event['message']));
  };
  globalLogPublisher.addObserver(observer);
  try {
    await act();
  } finally {
    globalLogPublisher.removeObserver(observer);
  }
  return messages;
}

const LEAKS: Record<string, readonly [act: () => unknown, call: string]> = {
  'Date.now()': [() => Date.now(), 'Date.now()'],
  'new Date()': [() => new Date(), 'new Date()'],
  'Date()': [() => Date(), 'new Date()'],
  'performance.now()': [() => performance.now(), 'performance.now()'],
  'process.hrtime()': [() => process.hrtime(), 'process.hrtime()'],
  'process.hrtime.bigint()': [() => process.hrtime.bigint(), 'process.hrtime.bigint()'],
  'setTimeout()': [() => setTimeout(() => undefined, 0), 'setTimeout()'],
  'setInterval()': [() => setInterval(() => undefined, 1000), 'setInterval()'],
  'setImmediate()': [() => setImmediate(() => undefined), 'setImmediate()'],
  'timers.setTimeout()': [() => timers.setTimeout(() => undefined, 0), 'setTimeout()'],
  'Math.random()': [() => Math.random(), 'Math.random()'],
  'crypto.randomBytes()': [() => crypto.randomBytes(8), 'crypto.randomBytes()'],
  'crypto.randomUUID()': [() => crypto.randomUUID(), 'crypto.randomUUID()'],
  'crypto.getRandomValues()': [() => globalThis.crypto.getRandomValues(new Uint8Array(4)), 'crypto.getRandomValues()'],
  'crypto.scrypt()': [() => crypto.scrypt('a', 'b', 16, () => undefined), 'crypto.scrypt()'],
  'net.connect()': [() => net.connect(1, '127.0.0.1'), 'net.Socket.connect()'],
  'net.createServer().listen()': [() => net.createServer().listen(0), 'net.Server.listen()'],
  'fetch()': [() => fetch('http://127.0.0.1:1/'), 'fetch()'],
  'dns.lookup()': [() => dns.lookup('localhost', () => undefined), 'dns.lookup()'],
  'fs.readFile()': [() => fs.readFile(__filename, () => undefined), 'fs.readFile()'],
  'fs.promises.readFile()': [() => fs.promises.readFile(__filename), 'fs.promises.readFile()'],
  'child_process.spawn()': [() => childProcess.spawn('true'), 'child_process.spawn()'],
  'zlib.gzip()': [() => zlib.gzip('a', () => undefined), 'zlib.gzip()'],
};

describe('guard', () => {
  it.each(Object.entries(LEAKS))('throw: %s of a host throws, and ends the driving', async (_, [act, call]) => {
    let thrown: unknown = null;
    const error = await errorOf(
      hostDoes(() => {
        try {
          act();
        } catch (caught) {
          // Whoever swallows it does not hide it.
          thrown = caught;
        }
      }),
    );
    expect(error).toBeInstanceOf(RealWorldError);
    expect(thrown).toBe(error);
    expect(error).toMatchObject({ call, host: 'clockwork' });
  });

  it('names the host, the call, the place and what to do instead', async () => {
    const error = await errorOf(
      hostDoes(function measureTheTime() {
        return Date.now();
      }),
    );
    expect((error as Error).message).toMatch(
      /^host clockwork called Date\.now\(\) at measureTheTime \(.*guard\.test\.ts:\d+:\d+\): .*reactor\.seconds\(\)/,
    );
  });

  it('warn: logs each place once, when the driving is over, and lets the call do what it does', async () => {
    let time = 0;
    const look = (): void => {
      time = Date.now();
    };
    const before = Date.now();
    let sim: Simulation | null = null;
    const messages = await warnings(async () => {
      sim = await hostDoes(() => {
        for (let i = 0; i < 10; i++) look();
        Math.random();
      }, 'warn');
    });
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain('host clockwork called Date.now()');
    expect(messages[1]).toContain('reactor.random()');
    expect(time).toBeGreaterThanOrEqual(before);
    expect((sim as unknown as Simulation).realWorldCalls.map(({ call }) => call)).toEqual([
      'Date.now()',
      'Math.random()',
    ]);
  });

  it('warn is the default', async () => {
    const sim = new Simulation();
    sim.host('a').reactor.callLater(1, () => Math.random());
    expect(await warnings(() => sim.advance(2))).toHaveLength(1);
  });

  it('off: nothing is watched', async () => {
    expect(await warnings(() => hostDoes(() => Date.now(), 'off'))).toEqual([]);
  });

  it('minds what a boot does, also after an await, and an async callback', async () => {
    const sim = new Simulation({ guard: 'throw', errors: 'collect' });
    expect(() => sim.host('at once', () => Math.random())).toThrow(RealWorldError);
    const later = new Simulation({ guard: 'throw', errors: 'collect' });
    later.host('later', async () => {
      await Promise.resolve();
      Math.random();
    });
    expect(await errorOf(later.advance(1))).toMatchObject({ call: 'Math.random()', host: 'later' });
    const asynchronous = hostDoes(async () => {
      await Promise.resolve();
      Date.now();
    });
    expect(await errorOf(asynchronous)).toMatchObject({ call: 'Date.now()' });
  });

  it('minds driving at once, too', () => {
    const sim = new Simulation({ guard: 'throw' });
    sim.host('a').reactor.callLater(1, () => Date.now());
    expect(() => sim.advanceSync(2)).toThrow(RealWorldError);
  });

  it('does not mind what the test does: before, between, after, in conditions and beside', async () => {
    const sim = new Simulation({ guard: 'throw' });
    let done = false;
    sim.host('a').reactor.callLater(1, () => (done = true));
    Date.now();
    const over = sim.runUntil(() => Date.now() > 0 && done);
    const beside = new Promise((resolve) => setTimeout(resolve, 0));
    await over;
    Math.random();
    await beside;
    expect(sim.realWorldCalls).toEqual([]);
  });

  it('does not mind dates that are given, nor what is declared as external', async () => {
    const sim = new Simulation({ guard: 'throw' });
    let text = '';
    let year = 0;
    sim.host('reader').reactor.callLater(1, async () => {
      year = new Date('2030-05-01T00:00:00Z').getUTCFullYear();
      text = await sim.external(() => fs.promises.readFile(__filename, 'utf8'));
    });
    await sim.advance(2);
    expect(text).toContain('nor what is declared as external');
    expect(year).toBe(2030);
  });

  it('puts everything back: when driving is over, nothing is another function than before', async () => {
    const look = (): unknown[] => [
      ...[Date, Date.now, performance.now, process.hrtime, process.nextTick, setTimeout, setImmediate, queueMicrotask],
      ...[Math.random, crypto.randomBytes, net.Socket.prototype.connect, fs.readFile, fs.promises.readFile, fetch],
      Object.hasOwn(performance, 'now'),
      Object.hasOwn(globalThis.crypto, 'getRandomValues'),
    ];
    const before = look();
    await errorOf(hostDoes(() => Date.now()));
    await warnings(() => hostDoes(() => Date.now(), 'warn'));
    const [a, b] = [new Simulation(), new Simulation()];
    // Two at once, the first to begin the first to end.
    await Promise.all([a.advance(1), b.advance(2)]);
    look().forEach((each, i) => expect(each).toBe(before[i]));
  });

  it('leaves what others have put there meanwhile: fake timers', async () => {
    const sim = new Simulation();
    sim.host('a').reactor.callLater(1, () => jest.useFakeTimers());
    await sim.advance(2);
    const faked = setTimeout;
    jest.useRealTimers();
    expect(setTimeout).not.toBe(faked);
    expect(await promisify(setTimeout)(0, 'real')).toBe('real');
    expect(await errorOf(hostDoes(() => setTimeout(() => undefined, 0)))).toMatchObject({ call: 'setTimeout()' });
  });

  it('is transparent: classes, instanceof and promisified timers are what they are', async () => {
    let checked = 0;
    await hostDoes(() => {
      class Birthday extends Date {}
      expect(new Birthday(0)).toBeInstanceOf(Date);
      expect(new Birthday(0)).toBeInstanceOf(Birthday);
      expect(new Date(0).getTime()).toBe(0);
      expect(Date.UTC(1970, 0)).toBe(0);
      expect(promisify(setTimeout).name).toBe('setTimeout');
      checked += 1;
    }, 'warn');
    expect(checked).toBe(1);
  });
});

describe('draining', () => {
  it.each([
    ['process.nextTick', (f: () => void) => process.nextTick(f)],
    ['queueMicrotask', (f: () => void) => queueMicrotask(f)],
    ['a promise', (f: () => void) => void Promise.resolve().then(f)],
  ])('auto waits for %s: it runs at the instant that caused it', async (_, later) => {
    const sim = new Simulation();
    const { reactor } = sim.host('a');
    const log: string[] = [];
    reactor.callLater(1, () => {
      later(() => {
        log.push(`then@${String(reactor.seconds())}`);
        later(() => void reactor.callLater(1, () => log.push(`timed@${String(reactor.seconds())}`)));
      });
    });
    reactor.callLater(1.5, () => log.push(`other@${String(reactor.seconds())}`));
    await sim.advance(3);
    expect(log).toEqual(['then@1', 'other@1.5', 'timed@2']);
  });

  it.each([
    ['process.nextTick', () => process.nextTick(() => undefined)],
    ['queueMicrotask', () => queueMicrotask(() => undefined)],
  ])('sync refuses %s', (_, act) => {
    const sim = new Simulation();
    sim.host('a').reactor.callLater(1, act);
    expect(() => sim.advanceSync(2)).toThrow('a promise was touched');
  });
});
