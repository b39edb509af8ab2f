/** A proxy: what comes on one connection goes out on another, and neither is read faster than the other can be written. */
import type { Failure } from '../../src/failure';
import type {
  IClientFactory,
  IHalfCloseableProtocol,
  IProtocolFactory,
  ITCPTransport,
  ITransport,
} from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';

/** One end of the proxy: passes on to its peer. */
class ProxyEnd implements IHalfCloseableProtocol {
  peer: ProxyEnd | null = null;
  transport!: ITCPTransport;

  makeConnection(transport: ITransport): void {
    this.transport = transport as ITCPTransport;
    this.connectionMade();
  }

  connectionMade(): void {}

  dataReceived(data: Buffer): void {
    this.peer?.transport.write(data);
  }

  readConnectionLost(): void {
    this.peer?.transport.unregisterProducer();
    this.peer?.transport.loseWriteConnection();
  }

  writeConnectionLost(): void {}

  connectionLost(_reason: Failure): void {
    this.peer?.transport.unregisterProducer();
    this.peer?.transport.loseConnection();
  }
}

/** The end that accepts: reads nothing until the other end is connected. */
class AcceptingEnd extends ProxyEnd {
  readonly #reactor: Reactor;
  readonly #target: number;

  constructor(reactor: Reactor, target: number) {
    super();
    this.#reactor = reactor;
    this.#target = target;
  }

  override connectionMade(): void {
    this.transport.pauseProducing();
    this.#reactor.connectTCP(
      '127.0.0.1',
      this.#target,
      factoryOf(() => new ConnectingEnd(this)),
    );
  }
}

class ConnectingEnd extends ProxyEnd {
  readonly #accepted: ProxyEnd;

  constructor(accepted: ProxyEnd) {
    super();
    this.#accepted = accepted;
  }

  override connectionMade(): void {
    this.peer = this.#accepted;
    this.#accepted.peer = this;
    this.transport.registerProducer(this.#accepted.transport, true);
    this.#accepted.transport.registerProducer(this.transport, true);
    this.#accepted.transport.resumeProducing();
  }
}

function factoryOf(build: () => ProxyEnd): IClientFactory {
  return {
    doStart: () => undefined,
    doStop: () => undefined,
    startedConnecting: () => undefined,
    clientConnectionFailed: () => undefined,
    clientConnectionLost: () => undefined,
    buildProtocol: build,
  };
}

/** What listens for a proxy to port `target` of 127.0.0.1. */
export function proxyTo(reactor: Reactor, target: number): IProtocolFactory {
  return factoryOf(() => new AcceptingEnd(reactor, target));
}
