import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { collectLoggedErrors } from '../../src/logger';
import { makeReactor, runReactor } from './recording';

describe('diagnostics channels', () => {
  it('bring the events of every reactor, with their arguments by name', () => {
    const seen: unknown[] = [];
    const listener = (message: unknown): void => {
      seen.push(message);
    };
    subscribe('skein.reactor.delayedCallScheduled', listener);
    const { reactor } = makeReactor();
    const call = reactor.callLater(1, () => undefined);
    const other = makeReactor().reactor.callLater(2, () => undefined);
    unsubscribe('skein.reactor.delayedCallScheduled', listener);
    reactor.callLater(3, () => undefined);
    expect(seen).toEqual([
      { call, driver: 'fake' },
      { call: other, driver: 'fake' },
    ]);
  });

  it('tell whether anybody listens, together with reactor.events', () => {
    const { reactor } = makeReactor();
    expect(reactor.events.observed).toBe(false);
    const listener = (): void => undefined;
    subscribe('skein.reactor.userCodeFailed', listener);
    expect(reactor.events.observed).toBe(true);
    unsubscribe('skein.reactor.userCodeFailed', listener);
    expect(reactor.events.observed).toBe(false);
  });

  it('exist for every event of reactor.events', () => {
    const events = [
      ...['connectionMade', 'connectionLost', 'bytesRead', 'bytesWritten', 'listeningStarted', 'listeningStopped'],
      ...['delayedCallScheduled', 'delayedCallRan', 'userCodeFailed'],
    ];
    const { reactor } = makeReactor();
    for (const event of events) {
      const listener = (): void => undefined;
      subscribe(`skein.reactor.${event}`, listener);
      expect(reactor.events.observed).toBe(true);
      unsubscribe(`skein.reactor.${event}`, listener);
    }
  });

  it('bring what user code threw, and where', () => {
    const logged = collectLoggedErrors();
    const seen: unknown[] = [];
    const listener = (message: unknown): void => {
      seen.push(message);
    };
    subscribe('skein.reactor.userCodeFailed', listener);
    const { driver, reactor } = runReactor();
    reactor.callLater(0, () => {
      throw new Error('oops');
    });
    driver.settle();
    unsubscribe('skein.reactor.userCodeFailed', listener);
    expect(seen).toMatchObject([{ where: 'a timed call', failure: { value: { message: 'oops' } } }]);
    logged.flush();
    logged.stop();
  });
});
