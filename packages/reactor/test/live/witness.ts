/** Protocols and factories over real sockets that write down what happens, and can be waited for. */
import type { Failure } from '../../src/failure';
import type {
  IAddress,
  IClientFactory,
  IConnector,
  IProtocol,
  IProtocolFactory,
  ITCPTransport,
  ITransport,
} from '../../src/interfaces';

/** A moment that is waited for: fulfilled once, with what came. */
class Moment<T> {
  readonly come: Promise<T>;
  #resolve!: (value: T) => void;

  constructor() {
    this.come = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  now(value: T): void {
    this.#resolve(value);
  }
}

/** A protocol that notes its events, and gathers its data. */
export class Witness implements IProtocol {
  readonly events: string[] = [];
  transport!: ITCPTransport;
  text = '';
  readonly #made = new Moment<this>();
  readonly #lost = new Moment<Failure>();
  #wanted: { length: number; moment: Moment<string> } | null = null;

  /** Fulfilled when the connection is made. */
  get made(): Promise<this> {
    return this.#made.come;
  }

  /** Fulfilled with the reason when the connection is lost. */
  get lost(): Promise<Failure> {
    return this.#lost.come;
  }

  /** Fulfilled with everything received once it is at least `length` bytes. */
  received(length: number): Promise<string> {
    const moment = new Moment<string>();
    this.#wanted = { length, moment };
    this.#look();
    return moment.come;
  }

  makeConnection(transport: ITransport): void {
    this.transport = transport as ITCPTransport;
    this.connectionMade();
  }

  connectionMade(): void {
    this.events.push('made');
    this.#made.now(this);
  }

  dataReceived(data: Buffer): void {
    this.text += data.toString('latin1');
    this.#look();
  }

  connectionLost(reason: Failure): void {
    this.events.push(`lost ${reason.value.name}`);
    this.#lost.now(reason);
  }

  #look(): void {
    if (this.#wanted !== null && this.text.length >= this.#wanted.length) this.#wanted.moment.now(this.text);
  }
}

/** The same, told of each direction's end by itself. */
export class HalfCloseableWitness extends Witness {
  readonly #readLost = new Moment<void>();
  readonly #writeLost = new Moment<void>();

  get readLost(): Promise<void> {
    return this.#readLost.come;
  }

  get writeLost(): Promise<void> {
    return this.#writeLost.come;
  }

  readConnectionLost(): void {
    this.events.push('readLost');
    this.#readLost.now();
  }

  writeConnectionLost(): void {
    this.events.push('writeLost');
    this.#writeLost.now();
  }
}

/** Builds the protocols it was given, in order, and afterwards none. */
export class WitnessFactory<P extends IProtocol = Witness> implements IProtocolFactory {
  readonly events: string[] = [];
  readonly peers: string[] = [];
  readonly #protocols: P[];

  constructor(...protocols: P[]) {
    this.#protocols = protocols;
  }

  doStart(): void {
    this.events.push('start');
  }

  doStop(): void {
    this.events.push('stop');
  }

  buildProtocol(addr: IAddress): IProtocol | null {
    this.peers.push(String(addr));
    return this.#protocols.shift() ?? null;
  }
}

export class WitnessClientFactory<P extends IProtocol = Witness> extends WitnessFactory<P> implements IClientFactory {
  readonly #failed = new Moment<Failure>();

  /** Fulfilled with the reason when an attempt has failed. */
  get failed(): Promise<Failure> {
    return this.#failed.come;
  }

  startedConnecting(): void {}

  clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.events.push(`failed ${reason.value.name}`);
    this.#failed.now(reason);
  }

  clientConnectionLost(_connector: IConnector, reason: Failure): void {
    this.events.push(`lost ${reason.value.name}`);
  }
}
