/**
 * The protocol of every case, with the contract monitor in it: whatever the case is about, the order of a protocol's life
 * is watched. Made once, and first; lost once, and last; nothing while paused; nothing from inside a call of the
 * transport; and what was received is, from its first byte on, what the other side sent.
 */
import { Failure } from '../../failure';
import type {
  Bytes,
  IHalfCloseableProtocol,
  IProtocol,
  IPullProducer,
  IPushProducer,
  ITCPTransport,
  ITransport,
} from '../../interfaces';

import { claim } from './claims';
import type { Stage } from './stage';

/** What a peer does when it is told of an event. */
export interface PeerReactions {
  made?: (peer: Peer) => void;
  shaken?: (peer: Peer) => void;
  data?: (peer: Peer, chunk: Buffer) => void;
  lost?: (peer: Peer, reason: Failure) => void;
  readLost?: (peer: Peer) => void;
  writeLost?: (peer: Peer) => void;
}

export class Peer implements IProtocol {
  readonly label: string;
  /** `made`, `data` (any number of chunks), `readLost`, `writeLost`, `lost(…)`, and what producers and cases add. */
  readonly events: string[] = [];
  readonly reactions: PeerReactions;
  /** The other side. */
  partner: Peer | null = null;
  reason: Failure | null = null;
  /** Whether the handshake is done, where there is one. */
  isShaken = false;
  receivedLength = 0;
  readonly #stage: Stage;
  readonly #received: Buffer[] = [];
  readonly #sent: Buffer[] = [];
  #transport: ITCPTransport | null = null;
  #isPaused = false;

  constructor(label: string, stage: Stage, reactions: PeerReactions = {}) {
    this.label = label;
    this.#stage = stage;
    this.reactions = reactions;
  }

  get isMade(): boolean {
    return this.#transport !== null;
  }

  get isLost(): boolean {
    return this.reason !== null;
  }

  /** All data received so far. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get transport(): ITCPTransport {
    claim(this.#transport !== null, `${this.label} has no connection`);
    return this.#transport;
  }

  // What it is told

  makeConnection(transport: ITransport): void {
    if (this.#transport !== null) this.#stage.fault(`${this.label} was made twice`);
    this.#transport = transport as ITCPTransport;
    this.connectionMade();
  }

  connectionMade(): void {
    this.tell('made', () => this.reactions.made?.(this));
  }

  handshakeCompleted(): void {
    if (this.isShaken || this.isLost || !this.isMade)
      this.#stage.fault(`${this.label} was told of a handshake too many`);
    if (this.receivedLength > 0) this.#stage.fault(`${this.label} received data before the handshake`);
    this.isShaken = true;
    this.#stage.saw(`${this.label} shaken`);
    this.reactions.shaken?.(this);
  }

  dataReceived(data: Buffer): void {
    if (!Buffer.isBuffer(data)) this.#stage.fault(`${this.label} got data that are no Buffer`);
    else if (data.length === 0) this.#stage.fault(`${this.label} got empty data`);
    if (this.#isPaused) this.#stage.fault(`${this.label} got data while paused`);
    if (this.#transport?.disconnecting === true) this.#stage.fault(`${this.label} got data after loseConnection`);
    this.#received.push(Buffer.from(data));
    this.receivedLength += data.length;
    this.tell('data', () => this.reactions.data?.(this, data));
  }

  connectionLost(reason: Failure): void {
    const isFailure = Failure.isFailure(reason);
    if (!isFailure) this.#stage.fault(`${this.label} was lost for a reason that is no Failure`);
    if (this.#transport?.connected === true) this.#stage.fault(`${this.label} was lost while connected`);
    this.tell(`lost(${isFailure ? reason.value.name : String(reason)})`, () => {
      this.reason = reason;
      this.reactions.lost?.(this, reason);
    });
  }

  /** Notes an event of the connection, and does something about it; watches the order. */
  tell(event: string, react: () => void): void {
    if (this.isLost) this.#stage.fault(`${this.label} was told ${event} after it was lost`);
    if (this.#transport === null) this.#stage.fault(`${this.label} was told ${event} before it was made`);
    if (this.#stage.isCommanding) this.#stage.fault(`${this.label} was told ${event} from inside a call`);
    if (!(event === 'data' && this.events.at(-1) === 'data')) this.events.push(event);
    try {
      react();
    } finally {
      this.#stage.saw(`${this.label} ${event}`);
    }
  }

  /** Notes what is no event of the connection. */
  note(event: string): void {
    this.events.push(event);
    this.#stage.saw(`${this.label} ${event}`);
  }

  // What it does

  write(data: Bytes): void {
    // Before the call: it may lead to further writes, by a producer that is asked for more.
    if (this.transport.connected) this.#sent.push(Buffer.from(data));
    this.#stage.command(() => this.transport.write(data));
  }

  writeSequence(data: readonly Bytes[]): void {
    if (this.transport.connected) this.#sent.push(...data.map((piece) => Buffer.from(piece)));
    this.#stage.command(() => this.transport.writeSequence(data));
  }

  lose(): void {
    this.#stage.command(() => this.transport.loseConnection());
  }

  abort(): void {
    this.#stage.command(() => this.transport.abortConnection());
  }

  loseWrite(): void {
    this.#stage.command(() => this.transport.loseWriteConnection());
  }

  pause(): void {
    this.#isPaused = true;
    this.#stage.command(() => this.transport.pauseProducing());
  }

  resume(): void {
    this.#isPaused = false;
    this.#stage.command(() => this.transport.resumeProducing());
  }

  register(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.#stage.command(() => this.transport.registerProducer(producer, streaming));
  }

  unregister(): void {
    this.#stage.command(() => this.transport.unregisterProducer());
  }

  // What is waited for and found

  async receives(length: number): Promise<void> {
    await this.#stage.until(`${this.label} to receive ${length} bytes`, () => this.receivedLength >= length);
  }

  async has(event: string): Promise<void> {
    await this.#stage.until(`${event} of ${this.label}`, () => this.events.includes(event));
  }

  /** Waits for the end, whose reason has to be one of these; without any, whatever it is. */
  async losesFor(...reasons: readonly string[]): Promise<void> {
    await this.#stage.until(`the end of ${this.label}`, () => this.isLost);
    const name = this.reason?.value.name ?? '';
    claim(
      reasons.length === 0 || reasons.includes(name),
      `${this.label} was lost for ${name}, wanted ${reasons.join(' or ')}`,
    );
  }

  /** Notes as faults what only the end shows. */
  inspect(): void {
    const { events, label } = this;
    const count = (start: string): number => events.filter((event) => event.startsWith(start)).length;
    if (count('made') > 1) this.#stage.fault(`${label} was made ${count('made')} times`);
    if (this.isMade && count('lost(') !== 1) this.#stage.fault(`${label} was lost ${count('lost(')} times`);
    if (this.partner === null) return;
    const sent = Buffer.concat(this.partner.#sent);
    if (!sent.subarray(0, this.receivedLength).equals(this.received))
      this.#stage.fault(`${label} received other bytes than ${this.partner.label} sent`);
  }
}

/** The same, told of each direction's end by itself. */
export class HalfCloseablePeer extends Peer implements IHalfCloseableProtocol {
  readConnectionLost(): void {
    this.tell('readLost', () => this.reactions.readLost?.(this));
  }

  writeConnectionLost(): void {
    this.tell('writeLost', () => this.reactions.writeLost?.(this));
  }
}
