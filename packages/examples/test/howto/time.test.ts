import { type Deferred, fail, succeed } from '@skein/reactor/defer';
import { Clock } from '@skein/reactor/task';

import * as howto from '../../src/howto/time';

describe('docs/howto/time.md', () => {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  beforeEach(() => {
    said.length = 0;
  });

  it('idle: every line puts the timeout off', () => {
    const clock = new Clock();
    const lose = jest.fn();
    const idle = new howto.IdleTimeout(clock, 60, lose);
    clock.advance(59);
    idle.dataReceived();
    clock.advance(59);
    expect(lose).not.toHaveBeenCalled();
    clock.advance(1);
    expect(lose).toHaveBeenCalledTimes(1);
    idle.connectionLost();
    new howto.IdleTimeout(clock, 60, lose).connectionLost();
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it('looping: the heart beats at once, and then every ten seconds', () => {
    const clock = new Clock();
    const ping = jest.fn();
    const loop = howto.heartbeat(clock, ping);
    clock.pump([10, 10]);
    loop.stop();
    clock.advance(10);
    expect(ping).toHaveBeenCalledTimes(3);
  });

  it('deferLater: retry waits longer each time, and gives up after three', () => {
    const clock = new Clock();
    const answers = [fail<string>(new Error('one')), fail<string>(new Error('two')), succeed('three')];
    const d = howto.retry(clock, () => answers.shift() as Deferred<string>);
    clock.advance(1);
    expect(answers).toHaveLength(1);
    clock.advance(2);
    expect(d.result).toBe('three');
    let message = '';
    howto
      .retry(clock, () => fail(new Error('never')))
      .addErrback((failure) => {
        message = failure.getErrorMessage();
      });
    clock.pump([1, 2]);
    expect(message).toBe('never');
  });

  it('cooperator: work is done in steps', () => {
    const clock = new Clock();
    const added: string[] = [];
    const done = howto.index(clock, ['a', 'b'], (row) => added.push(row));
    expect(added).toEqual([]);
    clock.pump([0, 0, 0]);
    expect([added, done.called]).toEqual([['a', 'b'], true]);
  });

  it('clock: a test decides what time it is', () => {
    howto.testedWithAClock(say);
    expect(said).toEqual(['29 seconds', 'time is up']);
  });

  it('advance: a Clock jumps, a stepwise one steps', () => {
    howto.howClocksAdvance(say);
    expect(said).toEqual(['at 3', 'then 4', 'at 1', 'at 2', 'at 3', 'then 4']);
  });
});
