/**
 * A request/response client with a bug that unit tests do not find: a reply that comes after its request has timed out is
 * taken for the next request's. `RequestClient` has it, `PatientClient` has not.
 *
 * Run it: `npm run example packages/examples/src/simulation/lateReply.ts`.
 */
import { Deferred, logError } from '@skein/reactor/defer';
import { TimeoutError } from '@skein/reactor/error';
import type { IDelayedCall, IReactorTime } from '@skein/reactor/interfaces';
import { forEachSeed, type Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Factory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

// #region server
/** Answers `hello` with `re: hello`. */
class Replies extends LineReceiver {
  override lineReceived(line: string) {
    this.sendLine(`re: ${line}`);
  }
}
// #endregion

// #region client
interface Waiting {
  readonly reply: Deferred<string>;
  readonly timeout: IDelayedCall;
}

/** Sends requests; replies come in the order of the requests. A request that takes longer than two seconds fails. */
export class RequestClient extends LineReceiver {
  readonly clock: IReactorTime;
  waiting: Waiting[] = [];

  constructor(clock: IReactorTime) {
    super();
    this.clock = clock;
  }

  request(text: string): Deferred<string> {
    const reply = new Deferred<string>();
    const waiting: Waiting = { reply, timeout: this.clock.callLater(2, () => this.timedOut(waiting)) };
    this.waiting.push(waiting);
    this.sendLine(text);
    return reply;
  }

  timedOut(waiting: Waiting) {
    this.waiting.splice(this.waiting.indexOf(waiting), 1);
    waiting.reply.errback(new TimeoutError());
  }

  override lineReceived(line: string) {
    const waiting = this.waiting.shift();
    if (waiting === undefined) return;
    waiting.timeout.cancel();
    waiting.reply.callback(line);
  }
}
// #endregion

// #region fixed
/** The same, corrected: a request that has timed out keeps its place in the line until its reply comes. */
export class PatientClient extends RequestClient {
  override timedOut(waiting: Waiting) {
    waiting.reply.errback(new TimeoutError());
  }

  override lineReceived(line: string) {
    const waiting = this.waiting.shift();
    if (waiting === undefined || waiting.reply.called) return;
    waiting.timeout.cancel();
    waiting.reply.callback(line);
  }
}
// #endregion

// #region scenario
/** Makes forty requests, one after another. Fails when a reply is not its request's. */
class Requests extends ClientFactory {
  readonly reactor: IReactorTime;
  readonly Client: typeof RequestClient;
  made = 0;

  constructor(reactor: IReactorTime, Client: typeof RequestClient) {
    super();
    this.reactor = reactor;
    this.Client = Client;
  }

  override buildProtocol() {
    const client = new this.Client(this.reactor);
    this.nextSoon(client);
    return client;
  }

  nextSoon(client: RequestClient) {
    return this.reactor.callLater(0.1, () => this.next(client));
  }

  next(client: RequestClient) {
    if (++this.made > 40) return;
    const text = `request ${this.made}`;
    client
      .request(text)
      .addCallback((reply) => {
        if (reply !== `re: ${text}`) throw new Error(`'${reply}' was the reply to '${text}'`);
      })
      .addErrback((failure) => failure.trap(TimeoutError)) // that may happen
      .addCallback(() => this.nextSoon(client))
      .addErrback(logError); // a logged error fails the simulation
  }
}

/** The requests, while the network fails now and then. Throws when a reply is not its request's. */
export function scenario(sim: Simulation, Client: typeof RequestClient): void {
  sim.host('server', (reactor) => reactor.listenTCP(80, Factory.forProtocol(Replies)));
  const { reactor } = sim.host('client');
  sim.link('client', 'server').set({ latency: 0.02, jitter: 0.03 });
  const requests = new Requests(reactor, Client);
  reactor.connectTCP('server', 80, requests);

  // What happens to the network is decided by the seed: up to four partitions, of up to three seconds.
  for (let i = 0; i < 4; i++) {
    const begin = sim.random('partitions') * 10;
    const seconds = sim.random('partitions') * 3;
    reactor.callLater(begin, () => sim.partition('client', 'server'));
    reactor.callLater(begin + seconds, () => sim.repair('client', 'server'));
  }
  sim.runUntilSync(() => requests.made > 40, { limit: 600 });
}
// #endregion

if (require.main === module) {
  void (async () => {
    const begin = performance.now();
    const failed: unknown = await forEachSeed(20, (sim) => scenario(sim, RequestClient)).catch(
      (error: unknown) => error,
    );
    console.log(
      `A reply that comes too late is taken for another's. Found in ${Math.ceil(performance.now() - begin)} ms:\n`,
    );
    console.log(failed instanceof Error ? failed.message : 'not at all');
    const passed = await forEachSeed(2000, (sim) => scenario(sim, PatientClient));
    console.log(`\nThe client that is right passes ${passed} seeds.`);
  })();
}
