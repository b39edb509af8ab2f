import { CancelledError, Deferred, fail, succeed, TimeoutError } from '@skein/reactor/defer';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';

import * as howto from '../../src/howto/defer';

describe('docs/howto/defer.md', () => {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  beforeEach(() => {
    said.length = 0;
  });

  it('first: the callbacks run before callback returns', () => {
    howto.first(say);
    expect(said).toEqual(['got 42', 'callback has returned']);
  });

  it('errors: an errback makes a result of an error', () => {
    howto.errors(say);
    expect(said).toEqual(['length 0']);
  });

  it('chaining: the chain waits for a returned Deferred', () => {
    const later = new Deferred<string>();
    howto.chaining(say, (name) => (name === 'index' ? succeed('page') : later));
    expect(said).toEqual([]);
    later.callback('text');
    expect(said).toEqual(['text']);
  });

  it('inline: greet handles both outcomes', () => {
    expect(howto.greet(() => succeed('fr'), 'ada').result).toBe('Bonjour');
    expect(howto.greet(() => fail(new Error('who?')), 'ada').result).toBe('Hello (who?)');
  });

  it('timing: a generator goes on at once, an async function later', async () => {
    await howto.timing(say);
    expect(said).toEqual(['generator: at once', 'both have been called', 'async function: later']);
  });

  it('several: gatherResults gives all results, or the first error', () => {
    howto.several(say, () => succeed(2));
    howto.several(say, (name) => (name === 'a' ? fail(new Error('no a')) : succeed(1)));
    expect(said[0]).toBe('sum 4');
    expect(said[1]).toContain('no a');
    const logged = collectLoggedErrors();
    // As in Twisted, the member keeps its own error unless errors are consumed.
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['no a']);
    logged.stop();
  });

  it('cancel: the canceller ends what is going on', () => {
    const clock = new Clock();
    const d = howto.cancel(say, clock);
    d.cancel();
    expect([said, d.result, clock.getDelayedCalls()]).toEqual([['given up'], 'nothing', []]);
    const fired = howto.cancel(say, clock);
    clock.advance(10);
    expect(fired.result).toBe('done');
  });

  it('timeout and abort: both cancel', () => {
    const clock = new Clock();
    const controller = new AbortController();
    const errors: (string | undefined)[] = [];
    const note = (d: Deferred<string>): void => {
      d.addErrback((failure) => {
        errors.push(failure.check(TimeoutError, CancelledError)?.name);
      });
    };
    note(howto.withTimeout(() => new Deferred(), clock));
    note(howto.abortable(() => new Deferred(), controller.signal));
    clock.advance(5);
    controller.abort();
    expect(errors).toEqual(['TimeoutError', 'CancelledError']);
  });

  it('promises: in and out', async () => {
    await howto.promises(say);
    expect(said).toEqual(['from a promise', '2']);
  });

  it('lock: one request at a time', () => {
    const asked: Deferred<string>[] = [];
    const answers = howto.oneAtATime(() => {
      const d = new Deferred<string>();
      asked.push(d);
      return d;
    });
    expect(asked).toHaveLength(1);
    asked[0]?.callback('a');
    asked[1]?.callback('b');
    expect(answers.map((d) => d.result)).toEqual(['a', 'b']);
  });

  it('context: a callback runs in the context it was added in', () => {
    howto.context(say);
    expect(said).toEqual(['asked by ada']);
  });

  it('unhandled: an error nobody handled is reported on request', () => {
    const logged = collectLoggedErrors();
    expect(howto.unhandled()).toBe(1);
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['nobody listens']);
    logged.stop();
  });
});
