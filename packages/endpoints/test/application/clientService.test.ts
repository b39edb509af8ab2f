import { CancelledError, Deferred } from '@skein/reactor/defer';
import { ConnectionDone, ConnectionLost, ConnectionRefusedError } from '@skein/reactor/error';
import { capturedLogs, collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';

import { TCP4ClientEndpoint } from '../../src';
import { ClientService, type ClientServiceOptions } from '../../src/application/internet';
import { FakeReactor } from '../fakeReactor';
import { type Outcome, outcomeOf } from '../outcome';
import { RecordingFactory, type RecordingProtocol } from '../recordingProtocol';

function serving(options: ClientServiceOptions<RecordingProtocol> = {}) {
  const reactor = new FakeReactor();
  const factory = new RecordingFactory();
  const service = new ClientService(
    new TCP4ClientEndpoint(reactor, '127.0.0.1', 80),
    factory as RecordingFactory & { buildProtocol(): RecordingProtocol },
    { clock: reactor, retryPolicy: () => 1, ...options },
  );
  return { reactor, factory, service };
}

describe('ClientService', () => {
  test('ClientService gives the factory its protocol and the protocol the real transport', () => {
    const { reactor, factory, service } = serving();
    const protocol = outcomeOf(service.whenConnected());
    service.startService();
    reactor.connector().succeed();
    expect(protocol.result).toHaveProperty('transport', reactor.connector().transport);
    reactor.connector().protocol?.dataReceived(Buffer.from('hello'));
    expect(factory.log).toEqual(['startFactory', 'buildProtocol', 'connectionMade', 'dataReceived hello']);
  });

  test('ClientService connects again after each loss, and whenConnected is right each time', () => {
    const { reactor, service } = serving();
    service.startService();
    for (let n = 0; n < 50; n++) {
      const next = outcomeOf(service.whenConnected());
      expect(next.fired).toBe(false);
      reactor.connector(n).succeed();
      expect(next.result).toHaveProperty('transport', reactor.connector(n).transport);
      expect(outcomeOf(service.whenConnected()).result).toBe(next.result);
      reactor.connector(n).lose(new ConnectionLost());
      expect(reactor.getDelayedCalls()).toHaveLength(1);
      reactor.advance(1);
    }
    expect(reactor.connectors).toHaveLength(51);
    expect(reactor.getDelayedCalls()).toHaveLength(0);
  });

  test('ClientService waits 1.5 seconds after the first failure, then half as long again each time, up to 60', () => {
    const reactor = Object.assign(new FakeReactor(), { random: () => 0.5 });
    const service = new ClientService(new TCP4ClientEndpoint(reactor, '127.0.0.1', 80), new RecordingFactory(), {
      clock: reactor,
    });
    service.startService();
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      reactor.connector(n).fail(new ConnectionRefusedError());
      const wait = reactor.getDelayedCalls()[0]!.getTime() - reactor.seconds();
      waits.push(Number(wait.toFixed(3)));
      reactor.advance(wait);
    }
    expect(waits).toEqual([2, 2.75, 3.875, 5.563, 8.094, 11.891, 17.586, 26.129, 38.943, 58.165, 60.5, 60.5]);
  });

  test('ClientService takes the exception of an endpoint that throws for a failed attempt', () => {
    const reactor = new FakeReactor();
    const endpoint = {
      connect(): never {
        throw new RangeError('broken');
      },
    };
    const service = new ClientService(endpoint, new RecordingFactory(), { clock: reactor, retryPolicy: () => 1 });
    const failed = outcomeOf(service.whenConnected(1));
    service.startService();
    expect(failed.error).toEqual(new RangeError('broken'));
    expect(reactor.getDelayedCalls()).toHaveLength(1);
  });

  test.each([
    ['throws', () => JSON.parse('{') as number],
    ['gives no number', () => NaN],
    ['gives a negative number', () => -1],
  ])('ClientService goes on after a minute, and logs it, when the retry policy %s', (_what, retryPolicy) => {
    const logged = collectLoggedErrors();
    const { reactor, service } = serving({ retryPolicy });
    service.startService();
    reactor.connector().fail(new ConnectionRefusedError());
    expect(flushLoggedErrors()).toHaveLength(1);
    reactor.advance(60);
    expect(reactor.connectors).toHaveLength(2);
    logged.stop();
  });

  test('ClientService.startService warns when it is called twice', () => {
    const { reactor, service } = serving();
    service.startService();
    const [event] = capturedLogs(() => service.startService());
    expect(event).toMatchObject({
      log_level: 'warn',
      log_format: 'Duplicate ClientService.startService {log_source}',
      log_source: service,
    });
    expect(reactor.connectors).toHaveLength(1);
  });

  test('ClientService.stopService stops the attempt under way', () => {
    const { reactor, service } = serving();
    service.startService();
    const stopped = outcomeOf(service.stopService());
    expect(reactor.connector().calls).toEqual(['stopConnecting']);
    expect(stopped.result).toBeNull();
    expect(outcomeOf(service.whenConnected()).error).toBeInstanceOf(CancelledError);
  });

  test('ClientService.stopService fires when the connection is gone, not before', () => {
    const { reactor, service } = serving();
    service.startService();
    reactor.connector().succeed();
    const stopped = outcomeOf(service.stopService());
    expect(reactor.connector().transport?.calls).toEqual(['loseConnection']);
    expect(stopped.fired).toBe(false);
    reactor.connector().lose(new ConnectionDone());
    expect(stopped.result).toBeNull();
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('ClientService.startService while it is stopping connects again when the old connection is gone', () => {
    const { reactor, service } = serving();
    service.startService();
    reactor.connector().succeed();
    const stopped = outcomeOf(service.stopService());
    service.startService();
    const protocol = outcomeOf(service.whenConnected());
    expect(reactor.connectors).toHaveLength(1);
    reactor.connector().lose(new ConnectionDone());
    expect(stopped.fired).toBe(true);
    reactor.connector(1).succeed();
    expect(protocol.result).toHaveProperty('transport', reactor.connector(1).transport);
  });

  test('ClientService.stopService may be called by one who waited for the connection', () => {
    const { reactor, service } = serving();
    let stopped: Outcome<null> | null = null as Outcome<null> | null;
    service.whenConnected().addCallback(() => {
      stopped = outcomeOf(service.stopService());
    });
    service.startService();
    reactor.connector().succeed();
    expect(reactor.connector().transport?.calls).toEqual(['loseConnection']);
    reactor.connector().lose(new ConnectionDone());
    expect(stopped?.result).toBeNull();
  });

  test('ClientService.whenConnected answers at once when it is called by one who waited', () => {
    const { reactor, service } = serving();
    let again: Outcome<RecordingProtocol> | null = null as Outcome<RecordingProtocol> | null;
    service.whenConnected().addCallback(() => {
      again = outcomeOf(service.whenConnected());
    });
    service.startService();
    reactor.connector().succeed();
    expect(again?.fired).toBe(true);
  });
});

describe('ClientService with prepareConnection', () => {
  function preparing() {
    let cancelled = 0;
    const preparation = new Deferred<null>(() => (cancelled += 1));
    const prepared: RecordingProtocol[] = [];
    const made = serving({
      prepareConnection(protocol) {
        prepared.push(protocol);
        return preparation;
      },
    });
    const protocol = outcomeOf(made.service.whenConnected(1));
    made.service.startService();
    made.reactor.connector().succeed();
    return { ...made, preparation, prepared, protocol, timesCancelled: () => cancelled };
  }

  test('whenConnected fires when the connection is prepared', () => {
    const { preparation, prepared, protocol } = preparing();
    expect(protocol.fired).toBe(false);
    preparation.callback(null);
    expect(protocol.result).toBe(prepared[0]);
  });

  test('a preparation that fails counts as a failed attempt, and the connection is left alone', () => {
    const { reactor, preparation, protocol } = preparing();
    preparation.errback(new RangeError('not well'));
    expect(protocol.error).toEqual(new RangeError('not well'));
    expect(reactor.connector().transport?.calls).toEqual([]);
    expect(reactor.getDelayedCalls()).toHaveLength(1);
  });

  test('the end of a connection that was rejected changes nothing', () => {
    const { reactor, preparation } = preparing();
    preparation.errback(new RangeError('not well'));
    reactor.connector().lose(new ConnectionDone());
    expect(reactor.getDelayedCalls()).toHaveLength(1);
    reactor.advance(1);
    expect(reactor.connectors).toHaveLength(2);
  });

  test('the loss of a connection that is being prepared is a failed attempt, and ends the preparation', () => {
    const { reactor, timesCancelled, protocol, service } = preparing();
    const lost = new ConnectionLost();
    reactor.connector().lose(lost);
    expect(protocol.error).toBe(lost);
    expect(timesCancelled()).toBe(1);
    reactor.advance(1);
    expect(reactor.connectors).toHaveLength(2);
    expect(service.running).toBe(true);
  });

  test('stopService closes a connection that is being prepared, and waits for its end', () => {
    const { reactor, service, protocol } = preparing();
    const stopped = outcomeOf(service.stopService());
    expect(reactor.connector().transport?.calls).toEqual(['loseConnection']);
    expect(stopped.fired).toBe(false);
    reactor.connector().lose(new ConnectionDone());
    expect(stopped.result).toBeNull();
    expect(protocol.error).toBeInstanceOf(CancelledError);
  });

  test('startService while the service stops begins to count failures again', () => {
    const failures: number[] = [];
    const retryPolicy = (failure: number) => failures.push(failure);
    const { reactor, service } = serving({ retryPolicy, prepareConnection: () => new Deferred<null>() });
    service.startService();
    reactor.connector().fail(new ConnectionRefusedError());
    reactor.advance(1);
    reactor.connector(1).succeed();
    const stopped = outcomeOf(service.stopService());
    service.startService();
    reactor.connector(1).lose(new ConnectionDone());
    expect(stopped.result).toBeNull();
    reactor.connector(2).fail(new ConnectionRefusedError());
    expect(failures).toEqual([1, 1]);
  });
});
