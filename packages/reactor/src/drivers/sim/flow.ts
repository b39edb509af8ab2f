/**
 * One direction of a simulated TCP connection: an ordered, reliable stream of bytes, with finite buffers at both ends.
 *
 * The model is of streams, not of packets: pieces travel, each taking what its link says, never overtaking each other. What
 * is lost (a lossy link, a partition, a host without power) is sent again after a wait that doubles; everything behind it
 * waits with it. A window keeps the sender from filling the receiver's memory, and `written` waits for the sender's buffer.
 *
 * Left out: congestion control, selective acknowledgement, delayed acknowledgement, Nagle's algorithm, urgent data. Whoever
 * studies those needs a packet simulator; whoever tests a protocol does not.
 */
import type { SocketAddress } from '../../driver';

import { ChunkList, NO_BYTES } from './chunkList';
import type { Link } from './fabric';
import type { EntropyStream } from './entropy';
import type { Segment, Verdict } from './judge';
import type { SimWorld } from './simWorld';

/** Either end of a flow. */
export interface FlowEnd {
  readonly host: { readonly name: string; readonly number: number };
  /** The number of the connection. */
  readonly connection: number;
  /** Where the other end is. */
  readonly peerAddress: SocketAddress | null;
}

/** The end of a flow where bytes come out. */
export interface FlowReceiver extends FlowEnd {
  /** Whether its host has power. */
  readonly reachable: boolean;
  /** Whether the connection is still known there: not after its host lost power, or its process closed it. */
  readonly open: boolean;
  /** There is something to read, or the end to be told. */
  readable(): void;
  /** The sender reset the connection. */
  resetArrived(): void;
}

/** The end of a flow where bytes go in. */
export interface FlowSender extends FlowEnd {
  /** All of the outstanding write is in the kernel's buffer. */
  taken(): void;
  /** Nothing gets through any more: the peer said so (`ECONNRESET`), or never answered (`ETIMEDOUT`). */
  broken(code: 'ECONNRESET' | 'ETIMEDOUT'): void;
}

/** What there is only while something does not get through. */
interface Trouble {
  /** A piece that did not get through, and how often and since when it has been tried. */
  stuck: Stuck | null;
  /** What was held by the link, and let go while an earlier piece was stuck: sent after it. */
  behind: Piece[];
  /** What the link holds now. */
  held: Piece[];
}

interface Stuck {
  readonly piece: Piece;
  attempts: number;
  readonly since: number;
}

/** What travels. */
interface Piece {
  readonly kind: 'data' | 'fin' | 'reset';
  /** Empty unless it is data. */
  readonly bytes: Buffer;
  /** When it arrives. */
  at: number;
  /** Its bytes have been queued again, as others: this one is not to be sent any more. */
  replaced?: boolean;
}

function tellTaken(sender: FlowSender): void {
  sender.taken();
}

const LONGEST_RETRY = 120_000_000;

export class Flow {
  readonly #world: SimWorld;
  readonly #link: Link;
  readonly #sender: FlowSender;
  readonly #receiver: FlowReceiver;
  readonly #isReply: boolean;
  /** Made when it is first asked: most connections are never split. */
  #splits: EntropyStream | null = null;

  // Lists are null while they are empty: a hundred thousand connections that do nothing are to weigh little.

  /** Handed over by the process, not yet in the kernel's buffer. */
  #waiting: ChunkList | null = null;
  /** In the sender's buffer, not yet sent. */
  #queue: ChunkList | null = null;
  #finQueued = false;
  #inFlight = 0;
  #travelling: Piece[] | null = null;
  #lastArrival = 0;
  #trouble: Trouble | null = null;
  /** Arrived, not yet read. */
  #unread: ChunkList | null = null;
  /** How many bytes have been read: names the decisions about splitting, so that one does not move another. */
  #readBytes = 0;
  #ended = false;
  #over = false;
  /** The sender's kernel has forgotten the connection. */
  #vanished = false;

  /** @param isReply - whether it goes from who accepted the connection to who made it */
  constructor(world: SimWorld, link: Link, sender: FlowSender, receiver: FlowReceiver, isReply: boolean) {
    this.#world = world;
    this.#link = link;
    this.#sender = sender;
    this.#receiver = receiver;
    this.#isReply = isReply;
  }

  /** Bytes that have arrived and not been read. */
  get unread(): number {
    return this.#unread === null ? 0 : this.#unread.bytes;
  }

  /** Bytes on their way or waiting to be: in the buffers and on the line. */
  get underWay(): number {
    return this.#queued + this.#inFlight;
  }

  /** Bytes of the last write that the sender's kernel has no room for. */
  get unsent(): number {
    return this.#waiting?.bytes ?? 0;
  }

  /** Whether the sender's end has arrived and all before it has been read. */
  get atEnd(): boolean {
    return this.#ended && this.#unread === null;
  }

  /** When the last piece that was sent arrives, or has. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Whether the connection is known where the flow ends. */
  get isKnownThere(): boolean {
    return this.#receiver.open;
  }

  /** Whether a probe gets through now. */
  passes(): boolean {
    return this.#link.up && this.#link.held === null && this.#receiver.reachable && !this.#link.loses();
  }

  /** Sends; `taken` follows when the kernel's buffer has it all. */
  write(chunks: readonly Uint8Array[]): void {
    // The bytes are the writer's again when `written` comes: kept as they are now.
    for (const chunk of chunks) if (chunk.length > 0) (this.#waiting ??= new ChunkList()).push(Buffer.from(chunk));
    if (this.#waiting === null) this.#world.clock.schedule(0, tellTaken, this.#sender);
    this.#admit();
  }

  /** Sends the end, after all that was written; `isCut`: after all that the kernel has taken of it. */
  finish(isCut = false): void {
    if (this.#over || this.#finQueued) return;
    if (isCut) this.#waiting = null;
    this.#finQueued = true;
    this.#transmit();
  }

  /** Drops what has not been sent, and resets. */
  reset(): void {
    if (this.#over) return;
    this.#waiting = null;
    this.#queue = null;
    this.#finQueued = false;
    if (this.#trouble !== null) {
      this.#trouble.stuck = null;
      this.#trouble.behind = [];
    }
    this.#send({ kind: 'reset', bytes: NO_BYTES, at: 0 });
    this.#over = true;
  }

  /** The sender's kernel is gone (no power): nothing more is sent. */
  vanish(): void {
    this.#over = true;
    this.#vanished = true;
    this.#waiting = null;
    this.#queue = null;
    if (this.#trouble !== null) this.#trouble.stuck = null;
  }

  /** Takes what one read gives: some of what has arrived. Only when something has. */
  read(): Buffer {
    const { largestRead, splitRate } = this.#world.tcp;
    const unread = this.#unread ?? new ChunkList();
    let size = Math.min(unread.bytes, largestRead);
    if (splitRate > 0 && size > 1) {
      this.#splits ??= this.#world.entropy.stream(`${this.#name()}/split`);
      const u = this.#splits.at(this.#readBytes);
      // 0 is calm: all of it. The wilder, the smaller the first part.
      if (u > 1 - splitRate) size = Math.max(1, Math.floor(size * ((1 - u) / splitRate)));
    }
    const chunk = unread.take(size);
    if (unread.bytes === 0) this.#unread = null;
    this.#readBytes += size;
    // The sender hears of the room one journey later, if it was waiting for it.
    if (this.#queue !== null && !this.#over)
      this.#world.clock.schedule(this.#link.settings.latency, Flow.#transmitSoon, this);
    return chunk;
  }

  static readonly #transmitSoon = (flow: Flow): void => {
    flow.#transmit();
  };

  /** Names the flow's decisions, for example `client>server:80/3/there`. */
  #name(): string {
    const [client, server] = this.#isReply ? [this.#receiver, this.#sender] : [this.#sender, this.#receiver];
    const { peerAddress, connection } = client;
    const place = peerAddress?.family === 'UNIX' ? peerAddress.path : String(peerAddress?.port);
    const direction = this.#isReply ? 'back' : 'there';
    return `${client.host.name}>${server.host.name}:${place}/${String(connection)}/${direction}`;
  }

  get #queued(): number {
    return this.#queue === null ? 0 : this.#queue.bytes;
  }

  get #isStuck(): boolean {
    return this.#trouble !== null && this.#trouble.stuck !== null;
  }

  #admit(): void {
    const { sendBuffer } = this.#world.tcp;
    while (this.#waiting !== null) {
      const room = sendBuffer - this.#queued - this.#inFlight;
      if (room <= 0) break;
      (this.#queue ??= new ChunkList()).push(this.#waiting.takeFirst(room));
      if (this.#waiting.bytes > 0) continue;
      this.#waiting = null;
      this.#world.clock.schedule(0, tellTaken, this.#sender);
    }
    this.#transmit();
  }

  #transmit(): void {
    const { receiveWindow } = this.#world.tcp;
    while (this.#queue !== null && !this.#isStuck && !this.#over) {
      const window = receiveWindow - this.#inFlight - this.unread;
      if (window <= 0) return;
      this.#send(this.#dequeue(this.#queue, Math.min(this.#queue.bytes, window)));
    }
    if (this.#finQueued && this.#queue === null && this.#waiting === null && !this.#isStuck && !this.#over) {
      this.#over = true;
      this.#send({ kind: 'fin', bytes: NO_BYTES, at: 0 });
    }
  }

  /** Takes so many bytes out of the sender's buffer, to be sent. */
  #dequeue(queue: ChunkList, size: number): Piece {
    const bytes = queue.take(size);
    if (queue.bytes === 0) this.#queue = null;
    this.#inFlight += size;
    return { kind: 'data', bytes, at: 0 };
  }

  #send(piece: Piece): void {
    // What was held back when the power went is no more.
    if (this.#vanished || piece.replaced === true) return;
    const { held } = this.#link;
    if (held !== null) {
      const trouble = (this.#trouble ??= { stuck: null, behind: [], held: [] });
      trouble.held.push(piece);
      held.push(() => {
        trouble.held = trouble.held.filter((each) => each !== piece);
        this.#send(piece);
        this.#sendRest();
      });
      return;
    }
    const trouble = this.#trouble;
    if (trouble !== null && trouble.stuck !== null && trouble.stuck.piece !== piece) {
      trouble.behind.push(piece);
      return;
    }
    const verdict = this.#judged(piece);
    if (verdict !== null && this.#isCut(piece, verdict)) return;
    if (!this.#link.up || !this.#receiver.reachable || verdict === 'drop' || this.#link.loses()) {
      this.#record('lost', piece);
      this.#retryLater(piece);
      return;
    }
    if (trouble !== null) this.#calmed(trouble);
    this.#launch(piece, verdict !== null && typeof verdict === 'object' && 'delay' in verdict ? verdict.delay : 0);
  }

  /** It gets through, so many microseconds later than it would. */
  #launch(piece: Piece, delay: number): void {
    const { clock } = this.#world;
    this.#record(piece.kind === 'data' ? 'send' : piece.kind, piece);
    piece.at = Math.max(this.#lastArrival, this.#link.arrival(clock.now, piece.bytes.length) + delay);
    this.#lastArrival = piece.at;
    // Only the first of a direction is an event; it brings the next.
    this.#travelling = appended(this.#travelling, piece);
    if (this.#travelling.length === 1) clock.schedule(piece.at - clock.now, Flow.#arrive, this);
  }

  /** What the test decides for a piece; null: nothing. */
  #judged(piece: Piece): Verdict | null {
    const { judge, clock, trace } = this.#world;
    if (judge === null) return null;
    const [client, server] = this.#isReply ? [this.#receiver, this.#sender] : [this.#sender, this.#receiver];
    const { peerAddress, connection } = client;
    let offset = this.#readBytes + this.unread;
    for (const { bytes } of this.#travelling ?? []) offset += bytes.length;
    const segment: Segment = {
      kind: piece.kind,
      from: this.#sender.host.name,
      to: this.#receiver.host.name,
      port: peerAddress?.family === 'UNIX' ? peerAddress.path : (peerAddress?.port ?? 0),
      isReply: this.#sender === server,
      connection,
      bytes: piece.bytes.length,
      offset,
      attempt: this.#trouble?.stuck?.attempts ?? 0,
    };
    const verdict = judge(segment);
    if (verdict !== null) trace.record('judged', clock.now, this.#sender.host.number, connection, piece.bytes.length);
    return verdict;
  }

  /** Cuts the connection, if that is the verdict: what is behind the cut gets nowhere, and both ends are told. */
  #isCut(piece: Piece, verdict: Verdict): boolean {
    const isAfter = typeof verdict === 'object' && 'resetAfter' in verdict;
    if (verdict !== 'reset' && verdict !== 'refuse' && !isAfter) return false;
    const through = isAfter && piece.kind === 'data' ? Math.min(piece.bytes.length, verdict.resetAfter) : 0;
    this.#inFlight -= piece.bytes.length - through;
    this.#trouble = null;
    if (through > 0) this.#launch({ kind: 'data', bytes: piece.bytes.subarray(0, through), at: 0 }, 0);
    this.#launch({ kind: 'reset', bytes: NO_BYTES, at: 0 }, 0);
    this.vanish();
    this.#world.clock.schedule(this.#link.settings.latency, Flow.#cut, this);
    return true;
  }

  static readonly #cut = (flow: Flow): void => {
    flow.#sender.broken('ECONNRESET');
  };

  /** A piece got through: nothing is stuck. */
  #calmed(trouble: Trouble): void {
    trouble.stuck = null;
    if (trouble.behind.length === 0 && trouble.held.length === 0) this.#trouble = null;
  }

  #record(kind: 'lost' | 'send' | 'arrive' | 'fin' | 'reset', { bytes }: Piece): void {
    const { clock, trace } = this.#world;
    const { host, connection } = this.#sender;
    trace.record(kind, clock.now, host.number, connection, bytes.length);
  }

  #retryLater(piece: Piece): void {
    const { clock, tcp } = this.#world;
    // A reset is said once: whoever does not hear it finds out otherwise.
    if (piece.kind === 'reset') return;
    const trouble = (this.#trouble ??= { stuck: null, behind: [], held: [] });
    const stuck = (trouble.stuck ??= { piece, attempts: 0, since: clock.now });
    if (clock.now - stuck.since >= tcp.giveUpAfter) {
      this.vanish();
      this.#sender.broken('ETIMEDOUT');
      return;
    }
    const wait = Math.min(tcp.firstRetry * 2 ** stuck.attempts, LONGEST_RETRY);
    stuck.attempts += 1;
    clock.schedule(wait, () => this.#retry(stuck));
  }

  #retry(stuck: Stuck): void {
    if (this.#trouble?.stuck !== stuck) return;
    this.#send(stuck.piece);
    this.#sendRest();
  }

  /** What has waited for a stuck piece, once it is through. */
  #sendRest(): void {
    while (!this.#isStuck) {
      const next = this.#trouble?.behind.shift();
      if (next === undefined) break;
      this.#send(next);
    }
    if (!this.#isStuck) this.#transmit();
  }

  static readonly #arrive = (flow: Flow): void => {
    flow.#arrived();
  };

  #arrived(): void {
    const { clock } = this.#world;
    let anything = false;
    for (;;) {
      const piece = this.#travelling?.[0];
      if (piece === undefined || piece.at > clock.now) break;
      this.#travelling?.shift();
      if (this.#travelling?.length === 0) this.#travelling = null;
      // A host that lost its power, or a partition, while this was on its way: sent again, if it can be.
      if (!this.#receiver.reachable || !this.#link.up) {
        this.#record('lost', piece);
        if (piece.kind !== 'reset') this.#goBack(piece);
        break;
      }
      this.#landed(piece);
      anything = true;
    }
    const next = this.#travelling?.[0];
    if (next !== undefined) clock.schedule(Math.max(0, next.at - clock.now), Flow.#arrive, this);
    if (anything) this.#receiver.readable();
  }

  /** Everything from `piece` on did not get through: it is sent again, in order. */
  #goBack(piece: Piece): void {
    const { stuck = null, behind = [], held = [] } = this.#trouble ?? {};
    const waiting = new Set([...(stuck === null ? [] : [stuck.piece]), ...behind, ...held]);
    const again = [piece, ...(this.#travelling ?? []), ...waiting];
    for (const each of waiting) each.replaced = each.kind !== 'reset';
    this.#trouble = null;
    this.#travelling = null;
    const data: Buffer[] = [];
    for (const each of again) {
      if (each.kind === 'data') {
        data.push(each.bytes);
        this.#inFlight -= each.bytes.length;
      } else if (each.kind === 'fin') {
        this.#over = false;
        this.#finQueued = true;
      }
    }
    const [first] = data;
    if (first !== undefined) {
      const queue = (this.#queue ??= new ChunkList());
      queue.putBack(data);
      this.#retryLater(this.#dequeue(queue, first.length));
    } else {
      this.#over = true;
      this.#retryLater({ kind: 'fin', bytes: NO_BYTES, at: 0 });
    }
  }

  #landed(piece: Piece): void {
    const { clock } = this.#world;
    this.#record('arrive', piece);
    if (piece.kind === 'reset') {
      this.#receiver.resetArrived();
      return;
    }
    if (piece.kind === 'data') this.#inFlight -= piece.bytes.length;
    if (!this.#receiver.open) {
      // Nobody there: the receiver's kernel says so, one journey back.
      if (piece.kind === 'data') clock.schedule(this.#link.settings.latency, () => this.#refused());
      return;
    }
    if (piece.kind === 'fin') {
      this.#ended = true;
      return;
    }
    (this.#unread ??= new ChunkList()).push(piece.bytes);
    if (this.#waiting !== null) this.#admit();
  }

  #refused(): void {
    this.vanish();
    this.#sender.broken('ECONNRESET');
  }
}

/** The list with one more at its end. */
function appended<T>(list: T[] | null, item: T): T[] {
  if (list === null) return [item];
  list.push(item);
  return list;
}
