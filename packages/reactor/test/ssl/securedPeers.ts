/**
 * Protocols that write down what happens to them, on a reactor that runs as long as a test does.
 */
import { createNodeReactor } from '../../src/default';
import type { Failure } from '../../src/failure';
import type {
  ClientContextSource,
  ConnectSSLOptions,
  IAddress,
  IClientFactory,
  IListeningPort,
  INegotiated,
  IOpenSSLContextFactory,
  IProtocol,
  IProtocolFactory,
  ITLSTransport,
  ITransport,
  ListenSSLOptions,
} from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';

/** How long a test waits for what has to come. */
const PATIENCE_MS = 20_000;

/** A protocol whose events can be waited for. */
export class Peer implements IProtocol {
  readonly events: string[] = [];
  received = '';
  reason: Failure | null = null;
  /** Called after each event is noted. */
  react: (event: string, peer: Peer) => void;
  #transport: ITransport | null = null;
  #waiting: (() => void)[] = [];

  constructor(react: (event: string, peer: Peer) => void = () => undefined) {
    this.react = react;
  }

  get transport(): ITLSTransport & INegotiated {
    return this.#transport as ITLSTransport & INegotiated;
  }

  makeConnection(transport: ITransport): void {
    this.#transport = transport;
    this.connectionMade();
  }

  connectionMade(): void {
    this.note('made');
  }

  handshakeCompleted(): void {
    this.note('handshake');
  }

  dataReceived(data: Buffer): void {
    this.received += data.toString('latin1');
    this.note('data');
  }

  connectionLost(reason: Failure): void {
    this.reason = reason;
    this.note('lost');
  }

  note(event: string): void {
    if (!(event === 'data' && this.events.at(-1) === 'data')) this.events.push(event);
    this.react(event, this);
    for (const look of [...this.#waiting]) look();
  }

  /** Waits until `holds()`. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`nothing more came; events: ${this.events.join()}; received: ${this.received}`)),
        PATIENCE_MS,
      );
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(limit);
        this.#waiting = this.#waiting.filter((each) => each !== look);
        resolve();
      };
      this.#waiting.push(look);
    });
  }

  async has(event: string): Promise<void> {
    await this.until(() => this.events.includes(event));
  }

  async receives(text: string): Promise<void> {
    await this.until(() => this.received.includes(text));
  }

  /** Waits for the end; returns what it was. */
  async lost(): Promise<Error> {
    await this.has('lost');
    return (this.reason as Failure).value;
  }
}

/** Makes the peers it is given, one for each connection, and keeps them. */
export class PeerFactory implements IClientFactory {
  readonly peers: Peer[] = [];
  readonly lostReasons: Failure[] = [];
  readonly #make: () => Peer;
  #waiting: (() => void) | null = null;

  constructor(make: () => Peer = () => new Peer()) {
    this.#make = make;
  }

  buildProtocol(_addr: IAddress): IProtocol {
    const peer = this.#make();
    this.peers.push(peer);
    this.#waiting?.();
    return peer;
  }

  /** Waits for the connection of that number. */
  async peer(index = 0): Promise<Peer> {
    while (this.peers.length <= index) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.peers[index] as Peer;
  }

  doStart(): void {}
  doStop(): void {}
  startedConnecting(): void {}
  clientConnectionFailed(): void {}
  clientConnectionLost(_connector: unknown, reason: Failure): void {
    this.lostReasons.push(reason);
  }
}

/** A reactor that runs, and what was made with it. */
export class Stage {
  readonly reactor: Reactor = createNodeReactor();
  readonly #over: Promise<void>;

  constructor() {
    this.#over = this.reactor.run({ installSignalHandlers: false });
  }

  listen(factory: IProtocolFactory, context: IOpenSSLContextFactory, options: ListenSSLOptions = {}): number {
    return portNumber(this.reactor.listenSSL(0, factory, context, { interface: '127.0.0.1', ...options }));
  }

  listenPlain(factory: IProtocolFactory): number {
    return portNumber(this.reactor.listenTCP(0, factory, { interface: '127.0.0.1' }));
  }

  connect(port: number, context: ClientContextSource, peer = new Peer(), options: ConnectSSLOptions = {}): Peer {
    this.reactor.connectSSL('127.0.0.1', port, new PeerFactory(() => peer), context, options);
    return peer;
  }

  connectPlain(port: number, peer = new Peer()): Peer {
    this.reactor.connectTCP('127.0.0.1', port, new PeerFactory(() => peer));
    return peer;
  }

  async clear(): Promise<void> {
    this.reactor.stop();
    await this.#over;
  }
}

function portNumber(port: IListeningPort): number {
  return (port.getHost() as unknown as { port: number }).port;
}

/** Answers what it receives. */
export function echo(): Peer {
  return new Peer((event, peer) => {
    if (event !== 'data') return;
    peer.transport.write(peer.received);
    peer.received = '';
  });
}
