/**
 * A minimum rate of progress: peers that send or take a byte a minute, to hold a connection for nothing, are lost.
 *
 * Twisted has no such policy; `TimeoutFactory` is satisfied by that byte. There are two forms, for use alone or together:
 * counting (in each period a peer has to send so many bytes, or take what was written), and a deadline (by then the
 * connection, or the request that the protocol says has begun, is over).
 *
 * What a peer takes is seen by the pausing and resuming of producers, so a peer that takes slowly is noticed only when more
 * waits to be sent than the transport's limit (64 KiB): less is no harm.
 */
import { ValueError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type {
  IDelayedCall,
  IProtocol,
  IProtocolFactory,
  IPullProducer,
  IPushProducer,
  IReactorTime,
  ITransport,
} from '@skein/reactor/interfaces';

import { type ClockOptions, clockOf } from './clock';
import { ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/** Makes a `MinimumProgressProtocol`. */
export type MinimumProgressProtocolMaker = new (
  factory: MinimumProgressFactory,
  wrappedProtocol: IProtocol,
) => MinimumProgressProtocol;

/**
 * The wrapper of `MinimumProgressFactory`. It is what wrapped protocols have as `transport`, so that they can call
 * `setDeadline` and `requireProgress`.
 */
export class MinimumProgressProtocol extends ProtocolWrapper {
  declare factory: MinimumProgressFactory;

  #received = 0;
  /** Whether in this period the peer took what was written, or was not asked to do anything. */
  #excused = false;
  /** Whether more waits to be sent than the transport likes to hold. */
  #blocked = false;
  #readingPaused = false;
  #required = true;
  #producer: IPushProducer | IPullProducer | null = null;
  #period: IDelayedCall | null = null;
  #deadline: IDelayedCall | null = null;

  override makeConnection(transport: ITransport): void {
    this.#schedule();
    this.setDeadline(this.factory.deadline);
    (transport as ProtocolWrapper).registerProducer(this.#push, true);
    super.makeConnection(transport);
  }

  /**
   * Loses the connection in `seconds` from now, whatever it does; null: never. Replaces the deadline before. Wrapped protocols
   * call it when a request begins, and again, with null, when it is complete.
   */
  setDeadline(seconds: number | null): void {
    this.#deadline?.cancel();
    this.#deadline = null;
    if (seconds === null) return;
    this.#deadline = this.factory.callLater(seconds, () => {
      this.#deadline = null;
      this.tooSlow();
    });
  }

  /** Whether bytes are counted (at first they are). Wrapped protocols switch it off while the peer waits for them. */
  requireProgress(required: boolean): void {
    this.#required = required;
    if (!required) this.#excused = true;
  }

  /** The peer is too slow. By default the connection is aborted: `loseConnection` would wait for the peer. */
  tooSlow(): void {
    this.abortConnection();
  }

  override dataReceived(data: Buffer): unknown {
    this.#received += data.length;
    return super.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#period?.cancel();
    this.#period = null;
    this.setDeadline(null);
    super.connectionLost(reason);
  }

  /** Loses the connection; what has not been sent by `closeWithin` seconds from now is dropped. */
  override loseConnection(): void {
    if (!this.disconnecting) {
      // A paused producer would hold the end up, and this one produces nothing.
      if (this.#producer === null) this.transport.unregisterProducer();
      this.setDeadline(this.factory.closeWithin);
    }
    super.loseConnection();
  }

  override pauseProducing(): void {
    this.#readingPaused = true;
    this.#excused = true;
    super.pauseProducing();
  }

  override resumeProducing(): void {
    this.#readingPaused = false;
    super.resumeProducing();
  }

  override registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.#producer !== null || this.disconnecting) {
      super.registerProducer(producer, streaming); // refuses it
      return;
    }
    this.#producer = producer;
    if (streaming) {
      if (this.#blocked) (producer as IPushProducer).pauseProducing();
    } else {
      this.#blocked = false;
      this.transport.unregisterProducer();
      this.transport.registerProducer(this.#pull, false);
    }
  }

  override unregisterProducer(): void {
    this.#producer = null;
    this.#blocked = false;
    this.transport.unregisterProducer();
    if (!this.disconnecting) this.transport.registerProducer(this.#push, true);
  }

  /** Registered on the transport where the wrapped protocol has no producer, or a streaming one. */
  readonly #push: IPushProducer = {
    pauseProducing: () => {
      this.#blocked = true;
      (this.#producer as IPushProducer | null)?.pauseProducing();
    },
    resumeProducing: () => {
      this.#blocked = false;
      this.#excused = true;
      this.#producer?.resumeProducing();
    },
    stopProducing: () => {
      this.#producer?.stopProducing();
    },
  };

  /** Registered in the place of a producer that is not streaming. Being asked for a piece means that the one before is gone. */
  readonly #pull: IPullProducer = {
    resumeProducing: () => {
      this.#excused = true;
      this.#producer?.resumeProducing();
    },
    stopProducing: () => {
      this.#producer?.stopProducing();
    },
  };

  #schedule(): void {
    this.#period = this.factory.callLater(this.factory.period, () => this.#check());
  }

  #check(): void {
    this.#period = null;
    const waitingToTake = this.#blocked || (this.#producer !== null && !this.#excused);
    const enough = this.#received >= this.factory.minimumBytes && !waitingToTake;
    if (this.#required && !this.#excused && !enough && !this.disconnecting) {
      this.tooSlow();
      return;
    }
    this.#received = 0;
    this.#excused = !this.#required || this.#readingPaused;
    this.#schedule();
  }
}

/** Options of `MinimumProgressFactory`. */
export interface MinimumProgressOptions extends ClockOptions {
  /** How many bytes a peer has to send in each period, at least (default 1); 0 counts nothing that is sent. */
  readonly minimumBytes?: number;
  /** The period, in seconds (default 60). */
  readonly period?: number;
  /** In how many seconds from its begin a connection is lost; null (the default) for never. */
  readonly deadline?: number | null;
  /** How long what was written may take to be sent after `loseConnection`, in seconds (default: ten periods); null: for ever. */
  readonly closeWithin?: number | null;
}

/**
 * Loses peers that send or take too little, or take too long.
 *
 * A wrapped protocol reaches its wrapper as `transport`: `transport.setDeadline(10)` when a request begins,
 * `transport.requireProgress(false)` while the peer waits for an answer.
 *
 * @example
 * // At least 100 bytes in each 10 seconds.
 * reactor.listenTCP(8000, new MinimumProgressFactory(factory, { minimumBytes: 100, period: 10 }));
 */
export class MinimumProgressFactory extends WrappingFactory<MinimumProgressProtocolMaker> {
  override protocol: MinimumProgressProtocolMaker | null = MinimumProgressProtocol;

  readonly minimumBytes: number;
  readonly period: number;
  readonly deadline: number | null;
  readonly closeWithin: number | null;
  readonly #clock: IReactorTime | null;

  /** Throws `ValueError` for a period that is not above 0. */
  constructor(wrappedFactory: IProtocolFactory, options: MinimumProgressOptions = {}) {
    super(wrappedFactory);
    this.minimumBytes = options.minimumBytes ?? 1;
    this.period = options.period ?? 60;
    if (!(this.period > 0)) {
      throw new ValueError(`cannot count bytes in a period of "${this.period}" seconds, wanted more than 0`);
    }
    this.deadline = options.deadline ?? null;
    this.closeWithin = options.closeWithin === undefined ? 10 * this.period : options.closeWithin;
    this.#clock = options.clock ?? null;
  }

  /** Schedules; on the clock that was given, or the installed reactor. */
  callLater(period: number, func: () => void): IDelayedCall {
    return clockOf(this.#clock).callLater(period, func);
  }

  protected override wrap(wrapped: IProtocol): MinimumProgressProtocol {
    return new (this.protocol ?? MinimumProgressProtocol)(this, wrapped);
  }
}
