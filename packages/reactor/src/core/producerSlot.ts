/**
 * The place of a transport's one producer, and what state it is in.
 *
 * @twisted twisted.internet.abstract._ConsumerMixin
 *
 * What a producer throws comes out of here: who it costs what is the transport's to say.
 */
import { RuntimeError } from '../error';
import type { IPullProducer, IPushProducer } from '../interfaces';

import { describe } from './describe';

/** The registered producer: asked for each piece, or writing by itself until it is paused. `late`: it came when the connection was being lost. */
type Registration = { readonly late: boolean } & (
  | { readonly kind: 'pull'; readonly producer: IPullProducer }
  | { readonly kind: 'push'; readonly producer: IPushProducer; paused: boolean }
);

export class ProducerSlot {
  #registration: Registration | null = null;

  /** Whether nobody is registered. */
  get isEmpty(): boolean {
    return this.#registration === null;
  }

  /** Whether the producer goes on when it is told to: one that is asked for each piece, or one that is paused. */
  get isWaiting(): boolean {
    return this.#registration !== null && (this.#registration.kind === 'pull' || this.#registration.paused);
  }

  /** Whether a producer is registered that was there before the connection began to be lost. */
  get isInTime(): boolean {
    return this.#registration?.late === false;
  }

  /** Takes a producer in; a pull producer is asked for its first piece. Throws `RuntimeError` when there is one already. */
  register(producer: IPushProducer | IPullProducer, streaming: boolean, late: boolean): void {
    if (this.#registration !== null) {
      throw new RuntimeError(
        `Cannot register producer ${describe(producer)}, because producer ${describe(this.#registration.producer)} was never unregistered.`,
      );
    }
    if (streaming) {
      this.#registration = { kind: 'push', producer: producer as IPushProducer, paused: false, late };
    } else {
      this.#registration = { kind: 'pull', producer, late };
      producer.resumeProducing();
    }
  }

  /** Forgets the producer. */
  clear(): void {
    this.#registration = null;
  }

  /** Whether there is a push producer; it may be paused already. */
  get isPush(): boolean {
    return this.#registration?.kind === 'push';
  }

  /** Pauses a push producer. One that is paused is told again: Twisted's behaviour. */
  pause(): void {
    if (this.#registration?.kind !== 'push') return;
    this.#registration.paused = true;
    this.#registration.producer.pauseProducing();
  }

  /** Lets the producer go on, and returns what it returns. It may be paused again from inside. */
  resume(): unknown {
    const registration = this.#registration;
    if (registration?.kind === 'push') registration.paused = false;
    const producer: { resumeProducing(): unknown } | undefined = registration?.producer;
    return producer?.resumeProducing();
  }

  /** Forgets the producer and tells it to stop for good, and returns what it returns. */
  stop(): unknown {
    const producer: { stopProducing(): unknown } | undefined = this.#registration?.producer;
    this.#registration = null;
    return producer?.stopProducing();
  }
}
