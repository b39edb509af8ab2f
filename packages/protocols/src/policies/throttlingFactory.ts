import { ValueError } from '@skein/reactor/error';
import type {
  Bytes,
  IAddress,
  IDelayedCall,
  IProtocol,
  IProtocolFactory,
  IPullProducer,
  IPushProducer,
  IReactorTime,
} from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { toBuffer } from '../bytes';

import { type ClockOptions, clockOf } from './clock';
import { ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/**
 * The wrapper of `ThrottlingFactory`: counts bytes, and pauses when it is told.
 *
 * @twisted twisted.protocols.policies.ThrottlingProtocol
 */
export class ThrottlingProtocol extends ProtocolWrapper {
  declare factory: ThrottlingFactory;
  #producer: IPushProducer | IPullProducer | null = null;

  override write(data: Bytes): void {
    this.factory.registerWritten(lengthOf(data));
    super.write(data);
  }

  override writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    this.factory.registerWritten(pieces.reduce((sum, piece) => sum + lengthOf(piece), 0));
    super.writeSequence(pieces);
  }

  override dataReceived(data: Buffer): unknown {
    this.factory.registerRead(data.length);
    return super.dataReceived(data);
  }

  override registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.#producer = producer;
    super.registerProducer(producer, streaming);
  }

  override unregisterProducer(): void {
    this.#producer = null;
    super.unregisterProducer();
  }

  throttleReads(): void {
    this.transport.pauseProducing();
  }

  unthrottleReads(): void {
    this.transport.resumeProducing();
  }

  /** Pauses the producer, if there is one: written bytes cannot be held back otherwise. */
  throttleWrites(): void {
    (this.#producer as Partial<IPushProducer> | null)?.pauseProducing?.();
  }

  unthrottleWrites(): void {
    this.#producer?.resumeProducing();
  }
}

/** Options of `ThrottlingFactory`. */
export interface ThrottlingOptions extends ClockOptions {
  /** How many connections there may be at a time; default: any number. */
  readonly maxConnectionCount?: number;
  /** How many bytes a second all connections together may receive; null (the default) for any number. */
  readonly readLimit?: number | null;
  /** How many bytes a second all connections together may write; null (the default) for any number. */
  readonly writeLimit?: number | null;
}

/**
 * Limits the number of connections, and how many bytes a second all of them together receive and write.
 *
 * Once a second the bytes of that second are counted. If they were over the limit, all connections are paused until the
 * average is right again. Writing is limited only where a producer is registered. A connection made meanwhile is not paused.
 *
 * @twisted twisted.protocols.policies.ThrottlingFactory
 */
export class ThrottlingFactory extends WrappingFactory {
  override protocol = ThrottlingProtocol as unknown as NonNullable<WrappingFactory['protocol']>;

  connectionCount = 0;
  readonly maxConnectionCount: number;
  readonly readLimit: number | null;
  readonly writeLimit: number | null;
  readThisSecond = 0;
  writtenThisSecond = 0;

  readonly #clock: IReactorTime | null;
  #unthrottleReads: IDelayedCall | null = null;
  #checkReads: IDelayedCall | null = null;
  #unthrottleWrites: IDelayedCall | null = null;
  #checkWrites: IDelayedCall | null = null;

  /** Throws `ValueError` for a limit that is not above 0. */
  constructor(wrappedFactory: IProtocolFactory, options: ThrottlingOptions = {}) {
    super(wrappedFactory);
    this.maxConnectionCount = options.maxConnectionCount ?? Infinity;
    this.readLimit = checkedLimit(options.readLimit ?? null);
    this.writeLimit = checkedLimit(options.writeLimit ?? null);
    this.#clock = options.clock ?? null;
  }

  /** Schedules; on the clock that was given, or the installed reactor. */
  callLater(period: number, func: () => void): IDelayedCall {
    return clockOf(this.#clock).callLater(period, func);
  }

  registerWritten(length: number): void {
    this.writtenThisSecond += length;
  }

  registerRead(length: number): void {
    this.readThisSecond += length;
  }

  /** Once a second: pauses everybody if too much was read. */
  checkReadBandwidth(): void {
    const limit = this.readLimit ?? Infinity;
    if (this.readThisSecond > limit) {
      this.throttleReads();
      this.#unthrottleReads = this.callLater(this.readThisSecond / limit - 1, () => this.unthrottleReads());
    }
    this.readThisSecond = 0;
    this.#checkReads = this.callLater(1, () => this.checkReadBandwidth());
  }

  /** Once a second: pauses all producers if too much was written. */
  checkWriteBandwidth(): void {
    const limit = this.writeLimit ?? Infinity;
    if (this.writtenThisSecond > limit) {
      this.throttleWrites();
      this.#unthrottleWrites = this.callLater(this.writtenThisSecond / limit - 1, () => this.unthrottleWrites());
    }
    this.writtenThisSecond = 0;
    this.#checkWrites = this.callLater(1, () => this.checkWriteBandwidth());
  }

  throttleReads(): void {
    this.#log('Throttling reads on {name}');
    for (const p of this.#wrappers()) p.throttleReads();
  }

  unthrottleReads(): void {
    this.#unthrottleReads = null;
    this.#log('Stopped throttling reads on {name}');
    for (const p of this.#wrappers()) p.unthrottleReads();
  }

  throttleWrites(): void {
    this.#log('Throttling writes on {name}');
    for (const p of this.#wrappers()) p.throttleWrites();
  }

  unthrottleWrites(): void {
    this.#unthrottleWrites = null;
    this.#log('Stopped throttling writes on {name}');
    for (const p of this.#wrappers()) p.unthrottleWrites();
  }

  /** Builds and counts a protocol; null when there are enough. */
  override buildProtocol(addr: IAddress): IProtocol | null {
    if (this.connectionCount >= this.maxConnectionCount) {
      this.#log('Max connection count reached!');
      return null;
    }
    const p = super.buildProtocol(addr);
    if (p === null) return null;
    if (this.connectionCount === 0) {
      if (this.readLimit !== null) this.checkReadBandwidth();
      if (this.writeLimit !== null) this.checkWriteBandwidth();
    }
    this.connectionCount += 1;
    return p;
  }

  override unregisterProtocol(p: ProtocolWrapper): void {
    super.unregisterProtocol(p);
    this.connectionCount -= 1;
    if (this.connectionCount > 0) return;
    for (const call of [this.#unthrottleReads, this.#checkReads, this.#unthrottleWrites, this.#checkWrites]) {
      if (call?.active() === true) call.cancel();
    }
    this.#unthrottleReads = null;
    this.#unthrottleWrites = null;
  }

  /** The wrappers of this moment: pausing may end connections. */
  #wrappers(): readonly ThrottlingProtocol[] {
    return [...this.protocols] as ThrottlingProtocol[];
  }

  #log(format: string): void {
    new Logger({ namespace: 'skein.protocols', source: this }).info(format, { name: this.logPrefix() });
  }
}

function lengthOf(data: Bytes): number {
  return typeof data === 'string' ? Buffer.byteLength(data) : toBuffer(data).length;
}

function checkedLimit(limit: number | null): number | null {
  if (limit !== null && !(limit > 0)) {
    throw new ValueError(`cannot throttle to "${limit}" bytes a second, wanted more than 0, or null for no limit`);
  }
  return limit;
}
