/** Replays the recorded scenarios of the area `policies` that are about services. */
import { Deferred, fail, succeed } from '@skein/reactor/defer';
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IAddress, IListeningPort, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { globalLogPublisher, type LogEvent } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';
import { Factory, Protocol } from '@skein/protocols';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from '../../src';
import {
  backoffPolicy,
  type BackoffOptions,
  ClientService,
  StreamServerEndpointService,
  TimerService,
} from '../../src/application/internet';
import type { Service } from '../../src/application/service';
import type { Area } from '../../../reactor/test/conformance/area';
import { makeError, renderError } from '../../../reactor/test/conformance/errors';
import type { Event, Operation, RecordedCase } from '../../../reactor/test/conformance/load';
import { FakeTransport } from '../fakeReactor';

type Operations = Record<string, (...args: never[]) => unknown>;

/** The world of a scenario: a clock, a log, named Deferreds. */
class World {
  readonly clock = new Clock();
  readonly log: Event[] = [];
  readonly deferreds = new Map<string, Deferred>();

  /** Logs what becomes of a Deferred. */
  watch(name: string, deferred: Deferred, render: (result: unknown) => unknown = (result) => result): void {
    this.deferreds.set(name, deferred);
    deferred.addCallbacks(
      (result) => void this.log.push(['result', name, render(result)]),
      ({ value }) => void this.log.push(['result', name, { err: renderError(value) }]),
    );
  }

  named(name: string): Deferred {
    const deferred = new Deferred();
    this.deferreds.set(name, deferred);
    return deferred;
  }

  deferred(name: string): Deferred {
    const deferred = this.deferreds.get(name);
    if (deferred === undefined) throw new Error(`no Deferred "${name}"`);
    return deferred;
  }

  /** Operations that every service has. */
  common(service: Service): Operations {
    return {
      start: () => service.startService(),
      stop: (name: string) => this.watch(name, service.stopService() as Deferred),
      running: () => this.log.push(['running', service.running]),
      advance: (seconds: number) => this.clock.advance(seconds),
      calls: () => this.log.push(['calls', this.clock.getDelayedCalls().map((call) => call.getTime())]),
    };
  }

  play(operations: Operations, script: readonly Operation[]): unknown {
    const observe = (event: LogEvent) => {
      if (event.log_failure !== undefined) this.log.push(['logged', renderError(event.log_failure.value)]);
    };
    globalLogPublisher.addObserver(observe);
    try {
      for (const [verb, ...args] of script) {
        this.log.push(['op']);
        const operation = operations[verb];
        if (operation === undefined) throw new Error(`no operation "${verb}"`);
        operation(...(args as never[]));
      }
    } finally {
      globalLogPublisher.removeObserver(observe);
    }
    return { log: this.log };
  }
}

const ERRORS: Readonly<Record<string, new () => Error>> = { ConnectionDone, ConnectionLost };

interface ClientOptions {
  readonly delays?: readonly number[];
  readonly backoff?: BackoffOptions;
  readonly connectRaises?: readonly number[];
  readonly prepare?: readonly Operation[];
}

class NamedProtocol extends Protocol {
  readonly name: string;
  readonly #log: Event[];

  constructor(name: string, log: Event[]) {
    super();
    this.name = name;
    this.#log = log;
  }

  override connectionMade(): void {
    this.#log.push([this.name, 'connectionMade']);
  }

  override connectionLost(reason: Failure): void {
    this.#log.push([this.name, 'connectionLost', reason.value.name]);
  }
}

class NamingFactory extends Factory {
  override noisy = false;
  readonly #log: Event[];
  #built = 0;

  constructor(log: Event[]) {
    super();
    this.#log = log;
  }

  override buildProtocol(): NamedProtocol {
    const name = `p${this.#built++}`;
    this.#log.push(['buildProtocol', name]);
    return new NamedProtocol(name, this.#log);
  }
}

class LoggingTransport extends FakeTransport {
  readonly #lose: () => void;

  constructor(lose: () => void) {
    super();
    this.#lose = lose;
  }

  override loseConnection(): void {
    this.#lose();
  }
}

function observeClientService(scenario: RecordedCase): unknown {
  const world = new World();
  const { clock, log } = world;
  const options = (scenario['options'] ?? {}) as ClientOptions;
  const { delays = [1], connectRaises = [], prepare } = options;

  const attempts: { deferred: Deferred; factory: IProtocolFactory; protocol: IProtocol | null }[] = [];
  const endpoint: IStreamClientEndpoint = {
    connect<P extends IProtocol>(factory: IProtocolFactoryOf<P>): Deferred<P> {
      const n = attempts.length;
      log.push(['connect', n, clock.seconds()]);
      const deferred = new Deferred<P>(() => log.push(['cancelConnect', n]));
      attempts.push({ deferred, factory, protocol: null });
      return connectRaises.includes(n) ? fail(makeError('ErrC', 'connect')) : deferred;
    },
  };

  const backoff = options.backoff === undefined ? null : backoffPolicy({ ...options.backoff, jitter: () => 0 });
  let prepared = 0;
  const service = new ClientService(endpoint, new NamingFactory(log), {
    clock,
    retryPolicy(n) {
      const delay = backoff === null ? delays[Math.min(n, delays.length) - 1]! : backoff(n);
      log.push(['retryPolicy', n, delay]);
      return delay;
    },
    ...(prepare !== undefined && {
      prepareConnection({ name }: NamedProtocol) {
        log.push(['prepare', name]);
        const [what, first, second] = prepare[prepared++] ?? ['ok'];
        if (what === 'raise') throw makeError(first, second);
        return what === 'deferred' ? world.named(first as string) : null;
      },
    }),
  });

  return world.play(
    {
      ...world.common(service),
      whenConnected: (name: string, n?: number) =>
        world.watch(name, service.whenConnected(n ?? null), (protocol) => ({
          protocol: (protocol as NamedProtocol).name,
        })),
      connected(n: number) {
        const attempt = attempts[n]!;
        attempt.protocol = attempt.factory.buildProtocol(null as unknown as IAddress);
        attempt.protocol?.makeConnection(new LoggingTransport(() => log.push([`t${n}`, 'loseConnection'])));
        if (attempt.protocol !== null) attempt.deferred.callback(attempt.protocol);
      },
      fail: (n: number, type = 'ErrA') => attempts[n]!.deferred.errback(makeError(type, `attempt ${n}`)),
      lost: (n: number, type = 'ConnectionDone') =>
        attempts[n]!.protocol?.connectionLost(new Failure(new ERRORS[type]!())),
      fire: (name: string) => world.deferred(name).callback(null),
      firefail: (name: string) => world.deferred(name).errback(makeError('ErrB', 'prepare')),
      cancelWaiter: (name: string) => world.deferred(name).cancel(),
    },
    scenario['ops'] as Operation[],
  );
}

function observeBackoffPolicy(scenario: RecordedCase): unknown {
  const world = new World();
  const policy = backoffPolicy({ ...(scenario['options'] as BackoffOptions | undefined), jitter: () => 0 });
  return world.play({ delay: (n: number) => world.log.push(['delay', n, policy(n)]) }, scenario['ops'] as Operation[]);
}

function observeTimerService(scenario: RecordedCase): unknown {
  const world = new World();
  const { step, script = [] } = scenario['options'] as { step: number; script?: (Operation | null)[] };
  let ticks = 0;
  const tick = (arg: string) => {
    world.log.push(['tick', world.clock.seconds(), arg]);
    const [what, first, second] = script[ticks++] ?? ['ok'];
    if (what === 'raise') throw makeError(first, second);
    return what === 'deferred' ? world.named(first as string) : null;
  };
  const service = new TimerService(step, tick, 'arg');
  service.clock = world.clock;
  return world.play(world.common(service), scenario['ops'] as Operation[]);
}

function observeStreamServerEndpointService(scenario: RecordedCase): unknown {
  const world = new World();
  const { log } = world;
  const options = (scenario['options'] ?? {}) as { listen?: string; raiseSynchronously?: boolean };
  const stopped = new Deferred<null>();
  const port = {
    startListening() {},
    stopListening() {
      log.push(['stopListening']);
      return stopped;
    },
    getHost: () => null as unknown as IAddress,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const listening = new Deferred<IListeningPort>(() => log.push(['cancelListen']));
  const endpoint = {
    listen(): Deferred<IListeningPort> {
      log.push(['listen']);
      if (options.listen === 'now') return succeed<IListeningPort>(port);
      return options.listen === 'fail' ? fail(makeError('ErrA', 'cannot listen')) : listening;
    },
  };
  const service = new StreamServerEndpointService(endpoint, new Factory());
  service.raiseSynchronously = options.raiseSynchronously ?? false;
  return world.play(
    {
      ...world.common(service),
      privileged: () => service.privilegedStartService(),
      listening: () => listening.callback(port),
      listenFails: () => listening.errback(makeError('ErrA', 'cannot listen')),
      portStopped: () => stopped.callback('stopped' as unknown as null),
    },
    scenario['ops'] as Operation[],
  );
}

const OBSERVE: Readonly<Record<string, (scenario: RecordedCase) => unknown>> = {
  ClientService: observeClientService,
  backoffPolicy: observeBackoffPolicy,
  TimerService: observeTimerService,
  StreamServerEndpointService: observeStreamServerEndpointService,
};

/** The area `policies`, as far as it is about services. */
export const services: Area = {
  name: 'policies',
  part: 'services',
  covers: ({ kind = '' }) => kind in OBSERVE,
  observe: (scenario) => OBSERVE[scenario.kind!]!(scenario),
};
