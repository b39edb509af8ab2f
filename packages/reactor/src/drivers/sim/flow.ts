/**
 * One direction of a simulated TCP connection: an ordered, reliable stream of bytes, with finite buffers at both ends.
 *
 * The model is of streams, not of packets: pieces travel, each taking what its link says, never overtaking each other. What
 * is lost (a lossy link, a partition, a host without power) is sent again after a wait that doubles; everything behind it
 * waits with it. A window keeps the sender from filling the receiver's memory, and `written` waits for the sender's buffer.
 * What the receiver says of a closed window may get lost; then the sender asks (`windowProbe.ts`).
 *
 * Parts of it have files of their own: what is on its way (`travelling.ts`), what is sent again (`resending.ts`), what has arrived
 * (`receiveBuffer.ts`), what is said of the window (`windowUpdates.ts`). Here is what the sender's kernel does.
 *
 * Left out: acknowledgements that get lost (that a piece has arrived is known at once) or are late, selective ones, congestion
 * control, Nagle's algorithm, urgent data. Whoever studies those needs a packet simulator; whoever tests a protocol does not.
 */
import { ChunkList, NO_BYTES } from './chunkList';
import type { Link } from './fabric';
import { type FlowEnds, type FlowReceiver, type FlowSender, type Piece, segmentOf } from './flowEnds';
import type { Verdict } from './judge';
import { ReceiveBuffer } from './receiveBuffer';
import { Resending, type ResendingFlow } from './resending';
import type { SimWorld } from './simWorld';
import { Travelling } from './travelling';
import { type WindowedFlow, WindowUpdates } from './windowUpdates';

function tellTaken(sender: FlowSender): void {
  sender.taken();
}

export class Flow extends Travelling implements FlowEnds, ResendingFlow, WindowedFlow {
  readonly sender: FlowSender;
  readonly receiver: FlowReceiver;
  readonly isReply: boolean;
  /** The way of acknowledgements. */
  readonly back: Link;

  // What most flows need seldom or never is null until then: a hundred thousand connections are to weigh little.

  /** Made when something has arrived. */
  #received: ReceiveBuffer | null = null;
  /** Made when there is something to say of the window. */
  #window: WindowUpdates | null = null;
  /** Handed over by the process, not yet in the kernel's buffer. */
  #waiting: ChunkList | null = null;
  /** In the sender's buffer, not yet sent. */
  #queue: ChunkList | null = null;
  /** `ending`: the end follows what is queued; `over`: it is sent, or a reset is; `vanished`: the sender's kernel has forgotten it all. */
  #state: 'open' | 'ending' | 'over' | 'vanished' = 'open';
  #inFlight = 0;
  #resending: Resending | null = null;

  /** @param isReply - whether it goes from who accepted the connection to who made it */
  constructor(
    world: SimWorld,
    [link, back]: readonly [there: Link, back: Link],
    sender: FlowSender,
    receiver: FlowReceiver,
    isReply: boolean,
  ) {
    super(world, link);
    this.back = back;
    this.sender = sender;
    this.receiver = receiver;
    this.isReply = isReply;
  }

  /** Bytes that have arrived and not been read. */
  get unread(): number {
    return this.#received === null ? 0 : this.#received.unread;
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
    return this.#received !== null && this.#received.atEnd;
  }

  /** Whether the connection is known where the flow ends. */
  get isKnownThere(): boolean {
    return this.receiver.open;
  }

  /** Whether the sender's kernel has forgotten it. */
  get isVanished(): boolean {
    return this.#state === 'vanished';
  }

  /** Whether a probe gets through now. */
  passes(): boolean {
    return this.link.up && this.link.held === null && this.receiver.reachable && !this.link.loses();
  }

  /** Sends; `taken` follows when the kernel's buffer has it all. */
  write(chunks: readonly Uint8Array[]): void {
    // The bytes are the writer's again when `written` comes: kept as they are now.
    for (const chunk of chunks) if (chunk.length > 0) (this.#waiting ??= new ChunkList()).push(Buffer.from(chunk));
    if (this.#waiting === null) this.world.clock.schedule(0, tellTaken, this.sender);
    this.#admit();
  }

  /** Sends the end, after all that was written; `isCut`: after all that the kernel has taken of it. */
  finish(isCut = false): void {
    if (this.#state !== 'open') return;
    if (isCut) this.#waiting = null;
    this.#state = 'ending';
    this.#transmit();
  }

  /** Drops what has not been sent, and resets. */
  reset(): void {
    if (this.#isOver) return;
    this.#waiting = null;
    this.#queue = null;
    this.#resending?.drop();
    this.#window?.end();
    this.#state = 'over';
    this.send({ kind: 'reset', bytes: NO_BYTES, at: 0 });
  }

  /** The sender's kernel is gone (no power): nothing more is sent. */
  vanish(): void {
    this.#state = 'vanished';
    this.#waiting = null;
    this.#queue = null;
    this.#resending?.drop();
    this.#window?.end();
  }

  /** The path was cut, or what the receiver's kernel said was lost: a sender that waits for room begins to ask. */
  suspect(): void {
    const isWaiting = this.#queue !== null && this.#inFlight === 0 && !this.#isStuck && !this.#isOver;
    if (isWaiting) this.#updates.ask();
  }

  /** Whether anything gets through there and back: nothing is cut. */
  get isCut(): boolean {
    return !this.link.up || !this.back.up;
  }

  /** Takes what one read gives: some of what has arrived. Only when something has. */
  read(): Buffer {
    const chunk = this.#buffer.read();
    // The sender hears of the room, if it was waiting for it.
    if (this.#queue !== null && !this.#isOver) this.#updates.tell();
    return chunk;
  }

  probing(): void {
    this.#record('probe', 0);
  }

  giveUp(): void {
    this.vanish();
    this.sender.broken('ETIMEDOUT');
  }

  proceed(): void {
    this.#transmit();
  }

  get #buffer(): ReceiveBuffer {
    return (this.#received ??= new ReceiveBuffer(this));
  }

  get #updates(): WindowUpdates {
    return (this.#window ??= new WindowUpdates(this));
  }

  /** Whether the sender believes the window to be closed. */
  get #isAsking(): boolean {
    return this.#window !== null && this.#window.isAsking;
  }

  get #queued(): number {
    return this.#queue === null ? 0 : this.#queue.bytes;
  }

  /** Whether the sender has nothing more to send, ever. */
  get #isOver(): boolean {
    return this.#state === 'over' || this.#state === 'vanished';
  }

  get #isStuck(): boolean {
    return this.#resending !== null && this.#resending.isStuck;
  }

  #admit(): void {
    const { sendBuffer } = this.world.tcp;
    while (this.#waiting !== null) {
      const room = sendBuffer - this.#queued - this.#inFlight;
      if (room <= 0) break;
      (this.#queue ??= new ChunkList()).push(this.#waiting.takeFirst(room));
      if (this.#waiting.bytes > 0) continue;
      this.#waiting = null;
      this.world.clock.schedule(0, tellTaken, this.sender);
    }
    this.#transmit();
  }

  #transmit(): void {
    const { receiveWindow } = this.world.tcp;
    while (this.#queue !== null && !this.#isAsking && !this.#isStuck && !this.#isOver) {
      const window = receiveWindow - this.#inFlight - this.unread;
      if (window <= 0) return;
      this.send(this.#dequeue(this.#queue, Math.min(this.#queue.bytes, window)));
    }
    if (this.#state === 'ending' && this.#queue === null && this.#waiting === null && !this.#isStuck) {
      this.#state = 'over';
      this.send({ kind: 'fin', bytes: NO_BYTES, at: 0 });
    }
  }

  /** Takes so many bytes out of the sender's buffer, to be sent. */
  #dequeue(queue: ChunkList, size: number): Piece {
    const bytes = queue.take(size);
    if (queue.bytes === 0) this.#queue = null;
    this.#inFlight += size;
    return { kind: 'data', bytes, at: 0 };
  }

  send(piece: Piece): void {
    // What was held back when the power went is no more.
    if (this.#state === 'vanished' || piece.replaced === true) return;
    const { held } = this.link;
    if (held !== null) {
      (this.#resending ??= new Resending(this.world, this)).hold(piece, held);
      return;
    }
    if (this.#resending?.queues(piece) === true) return;
    const verdict = this.#judged(piece);
    if (verdict !== null && this.#isCutOff(piece, verdict)) return;
    if (!this.link.up || !this.receiver.reachable || verdict === 'drop' || this.link.loses()) {
      this.#record('lost', piece.bytes.length);
      this.#retryLater(piece);
      return;
    }
    if (this.#resending?.calm() === true) this.#resending = null;
    this.#sendOff(piece, verdict !== null && typeof verdict === 'object' && 'delay' in verdict ? verdict.delay : 0);
  }

  /** It gets through, so many microseconds later than it would. */
  #sendOff(piece: Piece, delay: number): void {
    this.#record(piece.kind === 'data' ? 'send' : piece.kind, piece.bytes.length);
    this.launch(piece, delay);
  }

  /** What the test decides for a piece; null: nothing. */
  #judged(piece: Piece): Verdict | null {
    const { judge, clock, trace } = this.world;
    if (judge === null) return null;
    const offset = (this.#received?.arrived ?? 0) + this.bytesOnTheirWay;
    const attempt = this.#resending === null ? 0 : this.#resending.attempts;
    const segment = segmentOf(piece, this, { offset, attempt });
    const verdict = judge(segment);
    if (verdict !== null)
      trace.record('judged', clock.now, this.sender.host.number, segment.connection, piece.bytes.length);
    return verdict;
  }

  /** Cuts the connection, if that is the verdict: what is behind the cut gets nowhere, and both ends are told. */
  #isCutOff(piece: Piece, verdict: Verdict): boolean {
    const isAfter = typeof verdict === 'object' && 'resetAfter' in verdict;
    if (verdict !== 'reset' && verdict !== 'refuse' && !isAfter) return false;
    const through = isAfter && piece.kind === 'data' ? Math.min(piece.bytes.length, verdict.resetAfter) : 0;
    this.#inFlight -= piece.bytes.length - through;
    this.#resending = null;
    if (through > 0) this.#sendOff({ kind: 'data', bytes: piece.bytes.subarray(0, through), at: 0 }, 0);
    this.#sendOff({ kind: 'reset', bytes: NO_BYTES, at: 0 }, 0);
    this.vanish();
    this.world.clock.schedule(this.link.settings.latency, Flow.#cut, this);
    return true;
  }

  static readonly #cut = (flow: Flow): void => {
    flow.sender.broken('ECONNRESET');
  };

  #record(kind: 'lost' | 'send' | 'arrive' | 'fin' | 'reset' | 'probe', bytes: number): void {
    const { clock, trace } = this.world;
    const { host, connection } = this.sender;
    trace.record(kind, clock.now, host.number, connection, bytes);
  }

  #retryLater(piece: Piece): void {
    // A reset is said once: whoever does not hear it finds out otherwise.
    if (piece.kind === 'reset') this.receiver.resetLost();
    else (this.#resending ??= new Resending(this.world, this)).retryLater(piece);
  }

  protected override arrive(piece: Piece): boolean {
    // A host that lost its power, or a partition, while this was on its way: sent again, if it can be.
    if (!this.receiver.reachable || !this.link.up) {
      this.#record('lost', piece.bytes.length);
      if (piece.kind === 'reset') this.receiver.resetLost();
      else this.#goBack(piece);
      return false;
    }
    this.#landed(piece);
    return true;
  }

  protected override arrivedSome(): void {
    this.receiver.readable();
  }

  /** Everything from `piece` on did not get through: it is sent again, in order. */
  #goBack(piece: Piece): void {
    const again = [piece, ...this.takeBack(), ...(this.#resending?.takeAll() ?? [])];
    this.#resending = null;
    const data: Buffer[] = [];
    for (const each of again) {
      if (each.kind === 'data') {
        data.push(each.bytes);
        this.#inFlight -= each.bytes.length;
      } else if (each.kind === 'fin') {
        if (this.#state === 'over') this.#state = 'ending';
      }
    }
    const [first] = data;
    if (first !== undefined) {
      const queue = (this.#queue ??= new ChunkList());
      queue.putBack(data);
      this.#retryLater(this.#dequeue(queue, first.length));
    } else {
      if (this.#state === 'ending') this.#state = 'over';
      this.#retryLater({ kind: 'fin', bytes: NO_BYTES, at: 0 });
    }
  }

  #landed(piece: Piece): void {
    const { clock } = this.world;
    this.#record('arrive', piece.bytes.length);
    if (piece.kind === 'reset') {
      this.receiver.resetArrived();
      return;
    }
    if (piece.kind === 'data') this.#inFlight -= piece.bytes.length;
    if (!this.receiver.open) {
      // Nobody there: the receiver's kernel says so, one journey back. It minds an end only if it knows nothing of the connection.
      if (piece.kind === 'data' || this.receiver.forgotten)
        clock.schedule(this.back.settings.latency, Flow.#refusalTold, this);
      return;
    }
    if (piece.kind === 'fin') {
      this.#buffer.end();
      return;
    }
    this.#buffer.push(piece.bytes);
    // What acknowledges it says how much room there is.
    if (this.#isAsking) this.#updates.tell();
    if (this.#waiting !== null) this.#admit();
  }

  static readonly #refusalTold = (flow: Flow): void => {
    if (flow.back.up) flow.refused();
    else flow.#updates.ask();
  };

  refused(): void {
    this.vanish();
    this.sender.broken('ECONNRESET');
  }
}
