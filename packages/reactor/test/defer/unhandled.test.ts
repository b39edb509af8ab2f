import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Deferred, fail, flushUnhandledErrors, logError, setDebugging, succeed } from '../../src/defer';
import {
  collectLoggedErrors,
  flushLoggedErrors,
  globalLogPublisher,
  type LogEvent,
  type LoggedErrors,
} from '../../src/logger';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collects garbage until `done`, which takes some turns of the event loop; false when it never comes. */
async function collectUntil(done: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 200 && !done(); turn++) {
    // What `done` looked at in this turn cannot be collected before the next.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  await new Promise((resolve) => setImmediate(resolve));
  return done();
}

describe('unhandled errors', () => {
  let logged: LoggedErrors;
  let events: LogEvent[];
  const observe = (event: LogEvent): void => void events.push(event);

  beforeEach(() => {
    flushUnhandledErrors();
    events = [];
    logged = collectLoggedErrors();
    globalLogPublisher.addObserver(observe);
  });
  afterEach(() => {
    globalLogPublisher.removeObserver(observe);
    logged.stop();
  });

  const messages = (): string[] => flushLoggedErrors().map(({ value }) => value.message);

  it('flushUnhandledErrors reports each error once, in two critical events', () => {
    const d = fail(new Error('x'));
    expect(flushUnhandledErrors()).toBe(1);
    expect(flushUnhandledErrors()).toBe(0);
    expect(events).toMatchObject([
      { log_level: 'critical', log_format: 'Unhandled error in Deferred:' },
      { log_level: 'critical', log_format: '' },
    ]);
    expect(events[1]?.log_failure).toBe(d.result);
  });

  it('flushLoggedErrors reports what waits in Deferreds first', () => {
    const kept = fail(new Error('x'));
    expect(messages()).toEqual(['x']);
    expect(kept.called).toBe(true);
  });

  it('an errback added later takes the error back', () => {
    fail(new Error('x')).addErrback(() => null);
    const later = fail(new Error('y'));
    later.addErrback(() => null);
    expect(messages()).toEqual([]);
  });

  it('an error that has moved into another Deferred is reported there only', () => {
    const inner = fail(new Error('x'));
    const outer = succeed(null).addCallback(() => inner);
    expect(messages()).toEqual(['x']);
    outer.addErrback(() => null);
  });

  it('an error is reported again when the Deferred fails anew', () => {
    const d = fail(new Error('one')).addErrback(() => null);
    d.addCallback(() => {
      throw new Error('two');
    });
    expect(messages()).toEqual(['two']);
  });

  it('logError logs and passes on, so that an unhandled error is logged twice', () => {
    const d = fail(new Error('x')).addErrback(logError);
    expect(messages()).toEqual(['x', 'x']);
    d.addErrback(() => null);
  });

  it('an error is reported once when the Deferred is collected', async () => {
    (() => {
      fail(new Error('collected'));
    })();
    expect(await collectUntil(() => events.length > 0)).toBe(true);
    expect(messages()).toEqual(['collected']);
    expect(flushUnhandledErrors()).toBe(0);
  });

  it('a Deferred whose error was handled or reported is collected in silence', async () => {
    const gone: WeakRef<Deferred>[] = [];
    (() => {
      gone.push(new WeakRef(fail(new Error('handled')).addErrback(() => null)));
      gone.push(new WeakRef(fail(new Error('reported'))));
    })();
    expect(messages()).toEqual(['reported']);
    events = [];
    expect(await collectUntil(() => gone.every((ref) => ref.deref() === undefined))).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual([]);
  });

  it('the report says where the Deferred was made and fired when debugging', () => {
    setDebugging(true);
    try {
      const d = (function maker() {
        return new Deferred();
      })();
      d.errback(new Error('x'));
      flushUnhandledErrors();
    } finally {
      setDebugging(false);
    }
    expect(events[1]?.log_format).toBe('(debug: {debugInfo})');
    expect(events[1]?.['debugInfo']).toMatch(/at maker /);
  });
});
