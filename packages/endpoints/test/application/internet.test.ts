import { CancelledError, Deferred, fail, succeed } from '@skein/reactor/defer';
import { CannotListenError } from '@skein/reactor/error';
import type { IListeningPort, IReactor } from '@skein/reactor/interfaces';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { Clock, SchedulerStopped } from '@skein/reactor/task';

import { registerEndpointParser, TCP4ServerEndpoint } from '../../src';
import {
  backoffPolicy,
  CooperatorService,
  StreamServerEndpointService,
  TimerService,
} from '../../src/application/internet';
import * as strports from '../../src/application/strports';
import { FakeReactor } from '../fakeReactor';
import { outcomeOf } from '../outcome';
import { RecordingFactory } from '../recordingProtocol';

describe('backoffPolicy', () => {
  test('backoffPolicy adds its jitter to every wait, the longest included', () => {
    const policy = backoffPolicy({ initialDelay: 1, factor: 2, maxDelay: 10, jitter: () => 0.25 });
    expect([1, 2, 3, 4, 1000].map(policy)).toEqual([2.25, 4.25, 8.25, 10.25, 10.25]);
  });
});

describe('TimerService', () => {
  function timing(callable: (...args: string[]) => unknown) {
    const service = new TimerService(5, callable, 'a', 'b');
    const clock = new Clock();
    service.clock = clock;
    return { service, clock };
  }

  test('TimerService calls the function with its arguments now and at every step, until it is stopped', () => {
    const callable = jest.fn();
    const { service, clock } = timing(callable);
    service.startService();
    clock.pump([5, 5]);
    expect(outcomeOf(service.stopService()).result).toBeNull();
    clock.advance(5);
    expect(callable.mock.calls).toEqual(Array(3).fill(['a', 'b']));
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  test('TimerService.stopService waits for the call under way', () => {
    const busy = new Deferred<null>();
    const { service } = timing(() => busy);
    service.startService();
    const stopped = outcomeOf(service.stopService());
    expect([stopped.fired, service.running]).toEqual([false, true]);
    busy.callback(null);
    expect([stopped.fired, service.running]).toEqual([true, false]);
  });

  test('TimerService logs what the function throws, stops calling it, and can be started again', () => {
    const logged = collectLoggedErrors();
    const callable = jest.fn(() => {
      throw new RangeError('tick');
    });
    const { service, clock } = timing(callable);
    service.startService();
    clock.advance(50);
    expect(callable).toHaveBeenCalledTimes(1);
    void service.stopService();
    service.startService();
    expect(callable).toHaveBeenCalledTimes(2);
    expect(flushLoggedErrors(RangeError)).toHaveLength(2);
    logged.stop();
  });

  test('TimerService.stopService has stopped at once when it was never started', () => {
    const { service } = timing(() => null);
    expect(outcomeOf(service.stopService()).result).toBeNull();
  });
});

describe('CooperatorService', () => {
  test('CooperatorService runs iterators while it is started', () => {
    const clock = new Clock();
    const service = new CooperatorService({ scheduler: (callable) => clock.callLater(0, callable) });
    const steps: number[] = [];
    const work = function* () {
      for (let i = 0; i < 3; i++) yield steps.push(i);
    };
    const done = outcomeOf(service.coiterate(work()));
    clock.advance(1);
    expect(steps).toEqual([]);
    service.startService();
    expect(service.running).toBe(true);
    clock.advance(1);
    expect(steps).toEqual([0, 1, 2]);
    expect(done.fired).toBe(true);
    service.stopService();
    expect(outcomeOf(service.coiterate(work())).error).toBeInstanceOf(SchedulerStopped);
  });
});

describe('StreamServerEndpointService', () => {
  function listening(...deferreds: Deferred<IListeningPort>[]) {
    const listen = jest.fn(() => deferreds.shift()!);
    const service = new StreamServerEndpointService({ listen }, new RecordingFactory());
    return { service, listen };
  }

  const port = (stopListening: () => Deferred<null> | null): IListeningPort => ({
    startListening() {},
    stopListening,
    getHost: () => null as never,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });

  test('StreamServerEndpointService listens once, with the factory, whichever start comes first', () => {
    const { service, listen } = listening(new Deferred());
    service.privilegedStartService();
    service.startService();
    expect(listen.mock.calls).toEqual([[service.factory]]);
  });

  test('StreamServerEndpointService.stopService fires when the port has stopped', () => {
    const portStopped = new Deferred<null>();
    const { service } = listening(succeed(port(() => portStopped)));
    service.startService();
    const stopped = outcomeOf(service.stopService());
    expect([stopped.fired, service.running]).toEqual([false, true]);
    portStopped.callback(null);
    expect([stopped.fired, service.running]).toEqual([true, false]);
  });

  test('StreamServerEndpointService listens again when it is started again', () => {
    const { service, listen } = listening(succeed(port(() => succeed(null))), new Deferred());
    service.startService();
    void service.stopService();
    service.startService();
    expect(listen).toHaveBeenCalledTimes(2);
  });

  test('StreamServerEndpointService.stopService called again waits for the same port', () => {
    const portStopped = new Deferred<null>();
    const { service } = listening(succeed(port(() => portStopped)));
    service.startService();
    const stops = [service.stopService(), service.stopService()].map((stop) => outcomeOf(stop));
    expect([...stops.map(({ fired }) => fired), service.running]).toEqual([false, false, true]);
    portStopped.callback(null);
    expect([...stops.map(({ result }) => result), service.running]).toEqual([null, null, false]);
  });

  test('StreamServerEndpointService started again while its port stops goes on running', () => {
    const portStopped = new Deferred<null>();
    const { service } = listening(succeed(port(() => portStopped)), succeed(port(() => null)));
    service.startService();
    const first = outcomeOf(service.stopService());
    service.startService();
    portStopped.callback(null);
    expect([first.fired, service.running]).toEqual([true, true]);
    expect(outcomeOf(service.stopService()).fired).toBe(true);
    expect(service.running).toBe(false);
  });

  test('StreamServerEndpointService.stopService cancels listening, quietly', () => {
    const logged = collectLoggedErrors();
    const pending = new Deferred<IListeningPort>();
    const { service } = listening(pending);
    service.startService();
    expect(outcomeOf(service.stopService()).result).toBeNull();
    expect(flushLoggedErrors(CancelledError)).toEqual([]);
    logged.stop();
  });

  test('StreamServerEndpointService logs a failure to listen', () => {
    const logged = collectLoggedErrors();
    const { service } = listening(fail(new CannotListenError('', 80, new Error('taken'))));
    service.startService();
    expect(flushLoggedErrors(CannotListenError)).toHaveLength(1);
    expect(outcomeOf(service.stopService()).result).toBeNull();
    logged.stop();
  });

  test('StreamServerEndpointService.startService throws it instead when told to, the first time', () => {
    const taken = new CannotListenError('', 80, new Error('taken'));
    const { service } = listening(fail(taken), succeed(port(() => null)));
    service.raiseSynchronously = true;
    expect(() => service.startService()).toThrow(taken);
    service.startService();
    expect(service.raiseSynchronously).toBe(false);
  });

  test('StreamServerEndpointService logs a failure that comes later, told to throw or not', () => {
    const logged = collectLoggedErrors();
    const pending = new Deferred<IListeningPort>();
    const { service } = listening(pending);
    service.raiseSynchronously = true;
    service.startService();
    pending.errback(new CannotListenError('', 80, new Error('taken')));
    expect(flushLoggedErrors(CannotListenError)).toHaveLength(1);
    logged.stop();
  });

  test('StreamServerEndpointService.stopService has stopped at once when it was never started', () => {
    expect(outcomeOf(listening().service.stopService()).result).toBeNull();
  });
});

describe('strports', () => {
  const asReactor = (reactor: FakeReactor) => reactor as FakeReactor & IReactor;

  test('strports.service makes a service of a description and a factory', () => {
    const reactor = new FakeReactor();
    const factory = new RecordingFactory();
    const service = strports.service('tcp:8123', factory, asReactor(reactor));
    expect(service.endpoint).toBeInstanceOf(TCP4ServerEndpoint);
    service.startService();
    expect(reactor.listened).toMatchObject([{ port: 8123, factory }]);
  });

  test('strports.service makes a service whose start throws when it cannot listen', () => {
    const reactor = new FakeReactor();
    reactor.failure = new CannotListenError('', 80, new Error('taken'));
    const service = strports.service('tcp:80', new RecordingFactory(), asReactor(reactor));
    expect(() => service.startService()).toThrow(reactor.failure);
  });

  test('strports.listen gives the port, or throws', () => {
    const reactor = new FakeReactor();
    expect(strports.listen('tcp:80', new RecordingFactory(), asReactor(reactor))).toBe(reactor.listeningPort);
    reactor.failure = new CannotListenError('', 80, new Error('taken'));
    expect(() => strports.listen('tcp:80', new RecordingFactory(), asReactor(reactor))).toThrow(reactor.failure);
  });

  test('strports.listen throws, and gives up, when the endpoint does not listen at once', () => {
    const pending = new Deferred<IListeningPort>();
    const unregister = registerEndpointParser({
      prefix: 'slow',
      parseStreamServer: () => ({ listen: () => pending }),
    });
    expect(() => strports.listen('slow:', new RecordingFactory(), asReactor(new FakeReactor()))).toThrow(
      'cannot listen at "slow:" at once',
    );
    expect(pending.called).toBe(true);
    unregister();
  });
});
