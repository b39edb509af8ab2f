import { Dispatch } from '../../src/core/dispatch';
import { ReactorEvents } from '../../src/core/reactorEvents';
import { Deferred } from '../../src/defer';
import { Failure } from '../../src/failure';
import { capturedLogs, formatEvent } from '../../src/logger';

import { expectNoLoggedErrors, loggedMessages, RecordingProtocol } from './recording';

expectNoLoggedErrors();

const boom = (): never => {
  throw new RangeError('boom');
};

function setUp(): { dispatch: Dispatch; events: ReactorEvents } {
  const events = new ReactorEvents(() => undefined);
  return { dispatch: new Dispatch(events), events };
}

describe('Dispatch.call', () => {
  it('returns null when nothing is thrown', () => {
    expect(setUp().dispatch.call('a test', () => 'a result')).toBeNull();
  });

  it('logs what is thrown, with where it happened, and returns it as a Failure', () => {
    const { dispatch } = setUp();
    let failure: Failure | null = null;
    const logged = capturedLogs(() => {
      failure = dispatch.call('a test', boom);
    });
    expect(failure).toBeInstanceOf(Failure);
    expect(logged.map(({ log_level: level, log_failure }) => [level, log_failure])).toEqual([['critical', failure]]);
    expect(logged.map(formatEvent)).toEqual(['Unhandled error in a test']);
    expect(loggedMessages()).toEqual(['boom']);
  });

  it('does not wrap a Failure that is thrown, and wraps what is no Error', () => {
    const { dispatch } = setUp();
    const thrown = new Failure(new RangeError('boom'));
    const failure = dispatch.call('a test', () => {
      throw thrown;
    });
    expect(failure).toBe(thrown);
    const other = dispatch.call('a test', () => {
      throw 'a string';
    });
    expect(other?.value).toMatchObject({ message: 'a string', cause: 'a string' });
    expect(loggedMessages()).toEqual(['boom', 'a string']);
  });

  it('logs the rejection of a promise, and tells whoever asked', async () => {
    const { dispatch } = setUp();
    const told: string[] = [];
    const failure = dispatch.call('a test', () => Promise.reject(new RangeError('late')), {
      connectionLost: ({ value }) => void told.push(value.message),
    });
    expect([failure, told]).toEqual([null, []]);
    await Promise.resolve();
    expect([told, loggedMessages()]).toEqual([['late'], ['late']]);
  });

  it('leaves Deferreds and other objects with a then alone', () => {
    const { dispatch } = setUp();
    const d = new Deferred();
    const then = jest.fn();
    dispatch.call('a test', () => d);
    dispatch.call('a test', () => ({ then }));
    expect([d.called, then.mock.calls]).toEqual([false, []]);
  });

  it('tells the observers of userCodeFailed', () => {
    const { dispatch, events } = setUp();
    const seen: unknown[] = [];
    events.on('userCodeFailed', (where, failure) => seen.push(where, failure.value.message));
    dispatch.call('a test', boom);
    expect(seen).toEqual(['a test', 'boom']);
    expect(loggedMessages()).toEqual(['boom']);
  });
});

describe('Dispatch.dataReceived', () => {
  it('calls the protocol with the data; failures are those of call', async () => {
    const { dispatch } = setUp();
    const protocol = new RecordingProtocol();
    const told: string[] = [];
    const deliver = (): Failure | null =>
      dispatch.dataReceived(protocol, Buffer.from('data'), {
        connectionLost: ({ value }) => void told.push(value.message),
      });
    expect([deliver(), protocol.taken()]).toEqual([null, ['dataReceived data']]);
    protocol.reactions['dataReceived'] = boom;
    expect(deliver()?.value.message).toBe('boom');
    protocol.reactions['dataReceived'] = () => Promise.reject(new RangeError('late'));
    expect(deliver()).toBeNull();
    await Promise.resolve();
    expect([told, loggedMessages()]).toEqual([['late'], ['boom', 'late']]);
  });
});

describe('Dispatch.apply', () => {
  it('calls a function with its arguments, and logs what it throws or rejects with', async () => {
    const { dispatch } = setUp();
    const seen: unknown[] = [];
    dispatch.apply('a test', (...args: unknown[]) => seen.push(args), [1, 2]);
    dispatch.apply('a test', boom, []);
    dispatch.apply('a test', () => Promise.reject(new RangeError('late')), []);
    await Promise.resolve();
    expect([seen, loggedMessages()]).toEqual([[[1, 2]], ['boom', 'late']]);
  });
});
