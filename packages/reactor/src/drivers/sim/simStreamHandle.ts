import { EventEmitter } from 'eventemitter3';

import {
  DriverError,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type StreamHandleEvents,
  type TLSContext,
} from '../../driver';

import type { Flow } from './flow';
import type { FlowReceiver, FlowSender } from './flowEnds';
import { KeepAlive } from './keepAlive';
import type { SimConnection } from './simConnection';
import type { SimDriver } from './simDriver';
import type { SimHost } from './simHost';
import type { SimWorld } from './simWorld';
import { SecuredSide } from './tls';

/** What is in memory that was lent, once it is not: a byte that no text has. */
const TAKEN_BACK = 0xfe;

/**
 * One end of a simulated connection: a process's handle over the kernel's two flows.
 *
 * The kernel outlives the handle: what was written before `close` still goes out, and a peer that sends to a closed handle
 * is reset.
 */
export class SimStreamHandle
  extends EventEmitter<StreamHandleEvents>
  implements StreamHandle, FlowSender, FlowReceiver
{
  lends = false;
  readonly #driver: SimDriver;
  readonly #connection: SimConnection;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #reading = false;
  /** A read is to happen: one at a time. */
  #readScheduled = false;
  #endTold = false;
  #forgotten = false;
  /** Whether a write is outstanding. */
  #writing = false;
  /** Why the connection is gone, found out and not told yet: all that arrived before is read first. */
  #broken: DriverError | null = null;
  #keepAlive: KeepAlive | null = null;
  /** Its TLS. */
  #secured: SecuredSide | null = null;

  constructor(driver: SimDriver, connection: SimConnection) {
    super();
    this.#driver = driver;
    this.#connection = connection;
    this.host.handles.add(this);
  }

  /** The number of the connection, for traces. */
  get connection(): number {
    return this.#connection.number;
  }

  get localAddress(): SocketAddress | null {
    return this.#connection.addressOf(this);
  }

  get peerAddress(): SocketAddress | null {
    return this.#connection.addressBeyond(this);
  }

  /** Whether the connection is still to be made. */
  get isConnecting(): boolean {
    return this.#state === 'connecting';
  }

  /** The host whose handle it is. */
  get host(): SimHost {
    return this.#driver.host;
  }

  get world(): SimWorld {
    return this.#driver.world;
  }

  get unsent(): number {
    return this.#connection.flowFrom(this)?.unsent ?? 0;
  }

  /** There is a connection. */
  connected(): void {
    // The process may have died while the answer was on its way.
    if (this.#state === 'connecting') this.#state = 'open';
  }

  /** The connection is made, and its process is gone meanwhile: its kernel says so, if it has power. */
  refuse(): void {
    if (this.reachable) this.#connection.openFlowFrom(this)?.reset();
  }

  /** For people: what is under way and unread. */
  describe(): { readonly state: 'connecting' | 'open' | 'closed'; readonly underWay: number; readonly unread: number } {
    const [out, into] = [this.#connection.flowFrom(this), this.#connection.flowTo(this)];
    return { state: this.#state, underWay: out?.underWay ?? 0, unread: into?.unread ?? 0 };
  }

  // Commands

  readStart(): void {
    if (this.#secured !== null) this.#secured.handle.readStart();
    else this.#readStart();
  }

  readStop(): void {
    if (this.#secured !== null) this.#secured.handle.readStop();
    else this.#reading = false;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (this.#secured !== null) this.#secured.handle.write(chunks);
    else this.#write(chunks);
  }

  shutdown(): void {
    if (this.#secured !== null) this.#secured.handle.shutdown();
    else if (this.#state === 'open') this.#connection.openFlowFrom(this)?.finish();
  }

  close(): void {
    if (this.#secured !== null) this.#secured.handle.close();
    else this.#end(false);
  }

  reset(): void {
    if (this.#secured !== null) this.#secured.handle.reset();
    else this.#end(true);
  }

  setNoDelay(): void {
    // Nagle's algorithm is not simulated.
  }

  setKeepAlive(enabled: boolean): void {
    this.#keepAlive?.stop();
    this.#keepAlive = null;
    if (!enabled || this.#state !== 'open') return;
    const [out, into] = [this.#connection.openFlowFrom(this), this.#connection.openFlowTo(this)];
    if (out === null || into === null) return;
    this.#keepAlive = new KeepAlive(this.world, out, into, (code) => {
      this.broken(code);
    });
  }

  startTLS(context: TLSContext, options: StartTLSOptions): void {
    if (this.#state !== 'open' || this.#secured !== null) return;
    const wasReading = this.#reading;
    this.#reading = false;
    const plain = {
      addresses: this,
      readStart: () => this.#readStart(),
      readStop: () => {
        this.#reading = false;
      },
      write: (chunks: readonly Uint8Array[]) => this.#write(chunks),
      end: (withReset: boolean) => this.#end(withReset),
    };
    this.#secured = new SecuredSide(this, plain, (carrier) => this.#driver.startTLSOver(carrier, context, options));
    if (wasReading) this.readStart();
  }

  // The kernel's side

  get reachable(): boolean {
    return this.host.hasPower;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  get forgotten(): boolean {
    return this.#forgotten;
  }

  readable(): void {
    this.#scheduleRead(true);
  }

  taken(): void {
    if (this.#state !== 'open' || this.#broken !== null) return;
    this.#trace('written', 0);
    this.#driver.deliver(() => {
      if (this.#state !== 'open') return;
      this.#writing = false;
      this.#listener.emit('written');
    });
  }

  resetArrived(): void {
    this.broken('ECONNRESET');
  }

  resetLost(): void {
    this.#connection.flowFrom(this)?.suspect();
  }

  /** The links to some host were cut: whoever waits for a word from there asks for it, from now on. */
  linkCut(): void {
    const out = this.#connection.flowFrom(this);
    if (out?.isCut === true) out.suspect();
  }

  broken(code: string): void {
    if (this.#state === 'closed' || this.#broken !== null) return;
    this.#broken = new DriverError(code, 'read');
    this.#connection.openFlowFrom(this)?.vanish();
    // Whoever waits to connect or to write hears of it at once; a reader, after what arrived before.
    if (this.#state === 'connecting' || this.#writing) this.#tellBroken();
    else this.#scheduleRead(true);
  }

  /** An outgoing connection is up. */
  tellConnected(): void {
    this.#trace('connected', 0);
    this.#driver.deliver(() => {
      if (this.#state === 'open') this.emit('connected');
    });
  }

  /** The host has lost its power: the handle is no more, and nobody is told. */
  vanish(): void {
    this.#state = 'closed';
    this.#forgotten = true;
    this.#connection.openFlowFrom(this)?.vanish();
    this.#connection.flowTo(this)?.suspect();
    this.#forget();
    this.#listener.removeAllListeners();
    this.removeAllListeners();
  }

  /** Who is told of what happens beneath TLS, if there is any. */
  get #listener(): EventEmitter<StreamHandleEvents> {
    return this.#secured?.carrier ?? this;
  }

  #readStart(): void {
    if (this.#reading || this.#state === 'closed') return;
    this.#reading = true;
    this.#scheduleRead();
  }

  #write(chunks: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return;
    if (this.#broken !== null) {
      // The kernel knows already that nobody is there.
      this.world.clock.schedule(0, () => this.#tellBroken());
      return;
    }
    this.#writing = true;
    this.#connection.openFlowFrom(this)?.write(chunks);
  }

  #end(withReset: boolean): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#reading = false;
    this.#forget();
    // Closing with something unread tells the peer that it was not read: a reset, as on Linux. UNIX sockets know no other.
    const says = withReset && this.peerAddress?.family !== 'UNIX';
    const out = wasOpen ? this.#connection.openFlowFrom(this) : null;
    if (says || (this.#connection.flowTo(this)?.unread ?? 0) > 0) out?.reset();
    else out?.finish(withReset);
    this.#trace(withReset ? 'reset' : 'closed', 0);
    this.world.clock.schedule(0, () => {
      this.#driver.deliver(() => {
        this.#tellClosed(null);
      });
    });
  }

  /** The handle is closed. */
  #forget(): void {
    this.#keepAlive?.stop();
    this.#keepAlive = null;
    this.host.handles.delete(this);
  }

  /** @param now - whether this is an event of its own already */
  #scheduleRead(now = false): void {
    if (!this.#reading || this.#readScheduled || this.#state !== 'open') return;
    if (now) {
      this.#read();
      return;
    }
    this.#readScheduled = true;
    this.world.clock.schedule(0, SimStreamHandle.#scheduledRead, this);
  }

  static readonly #scheduledRead = (handle: SimStreamHandle): void => {
    handle.#readScheduled = false;
    handle.#read();
  };

  #read(): void {
    if (!this.#driver.delivering) {
      // The process sleeps, or its reactor does not run: what has arrived waits.
      this.#driver.deliver(() => {
        this.#scheduleRead();
      });
      return;
    }
    this.world.running = this.host;
    const flow = this.#connection.flowTo(this);
    if (!this.#reading || this.#state !== 'open') return;
    if (flow !== null && flow.unread > 0) {
      const chunk = flow.read();
      this.#trace('read', chunk.length);
      // What is left is read by the next event, so that other things may happen in between.
      this.#scheduleReadIfMore(flow);
      if (this.lends && this.#secured === null) this.#lend(chunk);
      else this.#listener.emit('data', chunk);
    } else if (this.#broken !== null) {
      this.#tellBroken();
    } else if (flow?.atEnd === true && !this.#endTold) {
      this.#endTold = true;
      this.#trace('ended', 0);
      this.#listener.emit('ended');
    }
  }

  /** Delivers what is lent; whoever keeps it finds out. */
  #lend(chunk: Buffer): void {
    this.emit('data', chunk);
    chunk.fill(TAKEN_BACK);
  }

  #scheduleReadIfMore(flow: Flow): void {
    if (flow.unread > 0 || this.#broken !== null || (flow.atEnd && !this.#endTold)) this.#scheduleRead();
  }

  #tellBroken(): void {
    this.#driver.deliver(() => {
      if (this.#state === 'closed' || this.#broken === null) return;
      this.#state = 'closed';
      this.#reading = false;
      this.#forget();
      this.#trace('closed', 1);
      this.#tellClosed(this.#broken);
    });
  }

  #tellClosed(error: DriverError | null): void {
    const listener = this.#listener;
    listener.emit('closed', error);
    listener.removeAllListeners();
  }

  #trace(kind: 'written' | 'connected' | 'read' | 'ended' | 'closed' | 'reset', amount: number): void {
    this.world.trace.record(kind, this.world.clock.now, this.host.number, this.connection, amount);
  }
}
