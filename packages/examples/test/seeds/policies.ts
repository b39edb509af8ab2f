/** Timeouts, throttling and limits: a policy keeps what it promises, and leaves nothing behind. */
import type { Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import { ThrottlingFactory, TimeoutMixin } from '@skein/protocols/policies';

import { between, flaps, holds, isAtRest } from './rough';

const PATIENCE = 5;

/** A server that gives a client up after five silent seconds; a client that is silent for longer, now and then. */
export function timeouts(sim: Simulation): void {
  let ended = 0;
  const server = sim.host('server', (reactor) => {
    class Patient extends TimeoutMixin(Protocol) {
      heard = reactor.seconds();
      isLost = false;

      override connectionMade() {
        this.clock = reactor;
        this.setTimeout(PATIENCE);
      }

      override dataReceived() {
        holds(reactor.seconds() - this.heard <= PATIENCE + 0.001, 'the timeout did not come in time');
        this.heard = reactor.seconds();
        this.resetTimeout();
      }

      override timeoutConnection() {
        holds(!this.isLost, 'the timeout came after the end of the connection');
        holds(reactor.seconds() - this.heard >= PATIENCE - 0.001, 'the timeout came before its time');
        this.transport.loseConnection();
      }

      override connectionLost() {
        holds(!this.isLost, 'the connection was lost twice');
        this.isLost = true;
        this.setTimeout(null);
        ended += 1;
      }
    }
    reactor.listenTCP(80, Factory.forProtocol(Patient));
  });
  const client = sim.host('client');
  const { reactor } = client;
  class Talking extends Protocol {
    override connectionMade() {
      let left = between(sim, 'words', 1, 12);
      const talk = () => {
        if (left-- === 0) this.transport.loseConnection();
        else {
          this.transport.write('word');
          reactor.callLater(6 * sim.random('silence'), talk);
        }
      };
      talk();
    }
  }
  const CLIENTS = 4;
  for (let i = 0; i < CLIENTS; i++) {
    const factory = ClientFactory.forProtocol(Talking);
    reactor.connectTCP('server', 80, factory);
  }
  flaps(sim, client, server, 1, 20);
  sim.runUntilSync(() => ended === CLIENTS, { limit: 600 });
  sim.advanceSync(120);
  isAtRest(sim, server);
}

const AT_MOST = 3;
const PAYLOAD = 2500;

/** More clients than are allowed at a time send more than is allowed a second. Each that is let in gets through. */
export function throttling(sim: Simulation): void {
  const served = new Set<Protocol>();
  let done = 0;
  let throttled: ThrottlingFactory | null = null;
  const server = sim.host('server', (reactor) => {
    class Sink extends Protocol {
      got = 0;
      // A reset that got lost is not said again: nobody may keep a place for ever.
      readonly patience = reactor.callLater(30, () => this.transport.abortConnection());

      override connectionMade() {
        served.add(this);
        holds(served.size <= AT_MOST, `${String(served.size)} connections are served at a time`);
      }

      override dataReceived(data: Buffer) {
        holds(served.has(this), 'data came on a connection that is lost');
        this.got += data.length;
        if (this.got === PAYLOAD) this.transport.write('thanks');
      }

      override connectionLost() {
        holds(served.delete(this), 'the connection was lost twice');
        if (this.patience.active()) this.patience.cancel();
      }
    }
    const options = { readLimit: 2000, maxConnectionCount: AT_MOST, clock: reactor };
    throttled = new ThrottlingFactory(Factory.forProtocol(Sink), options);
    reactor.listenTCP(80, throttled);
  });
  const client = sim.host('client');
  const { reactor } = client;
  class Source extends Protocol {
    override connectionMade() {
      this.transport.write('x'.repeat(PAYLOAD));
      // Some have no patience.
      if (sim.random('patience') > 0.7)
        reactor.callLater(sim.random('patience'), () => this.transport.abortConnection());
    }

    override dataReceived() {
      this.thanked = true;
      this.transport.loseConnection();
    }

    thanked = false;

    override connectionLost() {
      if (this.thanked) done += 1;
      else reactor.callLater(0.5 + sim.random('again'), again);
    }
  }
  const again = () => {
    const factory = ClientFactory.forProtocol(Source);
    reactor.connectTCP('server', 80, factory);
  };
  const CLIENTS = 8;
  for (let i = 0; i < CLIENTS; i++) reactor.callLater(sim.random('first'), again);
  flaps(sim, client, server, 1, 5);
  sim.runUntilSync(() => done === CLIENTS, { limit: 600 });
  sim.advanceSync(60);
  const { protocols, connectionCount } = throttled as unknown as ThrottlingFactory;
  holds(served.size === 0, 'a connection was not lost');
  holds(connectionCount === 0, `${String(connectionCount)} connections are counted, and there are none`);
  holds(protocols.size === 0, `${String(protocols.size)} lost connections are kept`);
  isAtRest(sim, server);
}
