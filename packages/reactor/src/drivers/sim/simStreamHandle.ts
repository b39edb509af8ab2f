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
import type { SimDriver } from './simDriver';
import type { SimHost } from './simHost';
import { SecuredSide } from './tls';

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
  /** The number of the connection, for traces. */
  readonly connection: number;
  readonly #driver: SimDriver;
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
  #out: Flow | null = null;
  #in: Flow | null = null;
  #keepAlive: KeepAlive | null = null;
  /** Its TLS. */
  #secured: SecuredSide | null = null;
  localAddress: SocketAddress | null = null;
  peerAddress: SocketAddress | null = null;

  constructor(driver: SimDriver, connection: number) {
    super();
    this.#driver = driver;
    this.connection = connection;
    this.host.handles.add(this);
  }

  /** Whether the connection is still to be made. */
  get isConnecting(): boolean {
    return this.#state === 'connecting';
  }

  /** The host whose handle it is. */
  get host(): SimHost {
    return this.#driver.host;
  }

  get unsent(): number {
    return this.#out?.unsent ?? 0;
  }

  /** The two flows, once there is a connection. */
  attach(out: Flow, into: Flow, local: SocketAddress, peer: SocketAddress): void {
    this.#out = out;
    this.#in = into;
    this.localAddress = local;
    this.peerAddress = peer;
    // The process may have died while the answer was on its way.
    if (this.#state === 'connecting') this.#state = 'open';
  }

  /** The connection is made, and its process is gone meanwhile: its kernel says so, if it has power. */
  refuse(): void {
    if (this.reachable) this.#out?.reset();
  }

  /** For people: what is under way and unread. */
  describe(): { readonly state: 'connecting' | 'open' | 'closed'; readonly underWay: number; readonly unread: number } {
    return { state: this.#state, underWay: this.#out?.underWay ?? 0, unread: this.#in?.unread ?? 0 };
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
    else if (this.#state === 'open') this.#out?.finish();
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
    if (!enabled || this.#state !== 'open' || this.#out === null || this.#in === null) return;
    this.#keepAlive = new KeepAlive(this.#driver.world, this.#out, this.#in, (code) => {
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
    this.#out?.suspect();
  }

  /** The links to some host were cut: whoever waits for a word from there asks for it, from now on. */
  linkCut(): void {
    if (this.#out?.isCut === true) this.#out.suspect();
  }

  broken(code: string): void {
    if (this.#state === 'closed' || this.#broken !== null) return;
    this.#broken = new DriverError(code, 'read');
    this.#out?.vanish();
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
    this.#out?.vanish();
    this.#in?.suspect();
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
      this.#driver.world.clock.schedule(0, () => this.#tellBroken());
      return;
    }
    this.#writing = true;
    this.#out?.write(chunks);
  }

  #end(withReset: boolean): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#reading = false;
    this.#forget();
    // Closing with something unread tells the peer that it was not read: a reset, as on Linux. UNIX sockets know no other.
    const says = withReset && this.peerAddress?.family !== 'UNIX';
    if (wasOpen && (says || (this.#in?.unread ?? 0) > 0)) this.#out?.reset();
    else if (wasOpen) this.#out?.finish(withReset);
    this.#trace(withReset ? 'reset' : 'closed', 0);
    this.#driver.world.clock.schedule(0, () => {
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
    this.#driver.world.clock.schedule(0, SimStreamHandle.#scheduledRead, this);
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
    this.#driver.world.running = this.host;
    const flow = this.#in;
    if (!this.#reading || this.#state !== 'open' || flow === null) return;
    if (flow.unread > 0) {
      const chunk = flow.read();
      this.#trace('read', chunk.length);
      // What is left is read by the next event, so that other things may happen in between.
      this.#scheduleReadIfMore(flow);
      this.#listener.emit('data', chunk);
    } else if (this.#broken !== null) {
      this.#tellBroken();
    } else if (flow.atEnd && !this.#endTold) {
      this.#endTold = true;
      this.#trace('ended', 0);
      this.#listener.emit('ended');
    }
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
    this.#driver.world.trace.record(kind, this.#driver.world.clock.now, this.host.number, this.connection, amount);
  }
}
