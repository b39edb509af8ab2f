/**
 * The listings of docs/howto/application.md. What it exports as `makeService` is for the command:
 *
 *     npx skein run packages/examples/src/howto/application.ts --listen tcp:8123
 */
import type { IReactor, IReactorCore, IReactorTime } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';
import { type IStreamClientEndpoint, serverFromString } from '@skein/endpoints';
import {
  backoffPolicy,
  ClientService,
  StreamServerEndpointService,
  TCPServer,
  TimerService,
} from '@skein/endpoints/application/internet';
import { Application, type IService, MultiService, Service } from '@skein/endpoints/application/service';
import * as strports from '@skein/endpoints/application/strports';
import { Factory, LineReceiver } from '@skein/protocols';

// #region factory
const log = new Logger({ namespace: 'counting' });

class Counting extends LineReceiver {
  declare factory: CountingFactory;

  override lineReceived(line: string): void {
    this.factory.lines += 1;
    this.sendLine(`${this.factory.lines}: ${line}`);
  }
}

export class CountingFactory extends Factory {
  override protocol = Counting;
  lines = 0;
}
// #endregion

// #region service
export class Announcer extends Service {
  override startService(): void {
    super.startService();
    log.info('open');
  }

  override stopService(): unknown {
    log.info('closed');
    return super.stopService(); // or a Deferred, or a promise: whoever stops it waits
  }
}
// #endregion

// #region makeService
/** What `skein run` hands over. */
interface Options {
  readonly reactor: IReactor;
  readonly listen: readonly string[];
}

export function makeService({ reactor, listen }: Options): IService {
  const factory = new CountingFactory();
  const services = new MultiService();
  new Announcer().setServiceParent(services);
  for (const description of listen) strports.service(description, factory, reactor).setServiceParent(services);
  everyMinute(reactor, () => log.info('{lines} lines', { lines: factory.lines })).setServiceParent(services);
  return services;
}
// #endregion

// #region timer
export function everyMinute(clock: IReactorTime, report: () => unknown): TimerService {
  const timer = new TimerService(60, report); // at once, and then each minute; a Deferred is waited for
  timer.clock = clock;
  return timer;
}
// #endregion

// #region application
export function makeApplication(reactor: IReactor, port: string, user: string | null): Application {
  const application = new Application('counting', { uid: user }); // once everything listens it becomes that user
  strports.service(`tcp:${port}`, new CountingFactory(), reactor).setServiceParent(application);
  return application;
}
// #endregion

// #region servers
export function servers(reactor: IReactor, factory: CountingFactory): MultiService {
  const services = new MultiService();
  // By an endpoint: anything that can be listened at.
  const endpoint = serverFromString(reactor, 'unix:/run/counting.sock');
  new StreamServerEndpointService(endpoint, factory).setServiceParent(services);
  // By a method of the reactor, as in older code: TCPServer is listenTCP, UNIXServer is listenUNIX, …
  new TCPServer(8124, factory, { interface: '127.0.0.1', reactor }).setServiceParent(services);
  return services;
}
// #endregion

// #region client
export class Subscriber extends LineReceiver {
  heard: (line: string) => void = () => {};

  override lineReceived(line: string): void {
    this.heard(line);
  }
}

export function subscription(clock: IReactorTime, endpoint: IStreamClientEndpoint): ClientService<Subscriber> {
  return new ClientService(endpoint, Factory.forProtocol(Subscriber), {
    clock,
    retryPolicy: backoffPolicy({ initialDelay: 0.5, maxDelay: 30, jitter: () => 0 }), // 0.75 s, 1.125 s, … 30 s
    prepareConnection: (subscriber) => subscriber.sendLine('subscribe'), // a Deferred is waited for, a failure ends the attempt
  });
}

export async function publish(service: ClientService<Subscriber>, line: string): Promise<void> {
  const subscriber = await service.whenConnected(3); // rejected after three failures from now
  subscriber.sendLine(line);
}
// #endregion

// #region byHand
export function runByHand(reactor: IReactorCore, service: IService): void {
  service.privilegedStartService();
  service.startService();
  reactor.addSystemEventTrigger('before', 'shutdown', () => service.stopService());
}
// #endregion
