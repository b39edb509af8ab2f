import type { Bytes } from './bytes';
import { defineInterface } from './defineInterface';

/**
 * Something that produces data for a consumer.
 *
 * @twisted twisted.internet.interfaces.IProducer
 */
export interface IProducer {
  /** The consumer is gone: stop for good, and free what was held. */
  stopProducing(): void;
}
export const IProducer = defineInterface<IProducer>('IProducer', ['stopProducing']);

/**
 * A producer that writes when it likes, until it is paused ("streaming").
 *
 * @twisted twisted.internet.interfaces.IPushProducer
 */
export interface IPushProducer extends IProducer {
  /** The consumer has enough for now. May come again while paused, once for every write over the limit. */
  pauseProducing(): void;
  /** The consumer has taken everything: go on. */
  resumeProducing(): void;
}
export const IPushProducer = defineInterface<IPushProducer>(
  'IPushProducer',
  ['pauseProducing', 'resumeProducing'],
  IProducer,
);

/**
 * A producer that is asked for each piece ("non-streaming").
 *
 * @twisted twisted.internet.interfaces.IPullProducer
 */
export interface IPullProducer extends IProducer {
  /** Write one piece to the consumer, or unregister. */
  resumeProducing(): void;
}
export const IPullProducer = defineInterface<IPullProducer>('IPullProducer', ['resumeProducing'], IProducer);

/**
 * Something that takes data from a producer.
 *
 * @twisted twisted.internet.interfaces.IConsumer
 */
export interface IConsumer {
  /**
   * Registers the one producer of this consumer. A push producer (`streaming` true) is paused and resumed as the buffer
   * fills and empties; a pull producer is asked for a piece now, and each time the buffer has run empty.
   * Throws `RuntimeError` when there is a producer already. On a lost connection the producer's `stopProducing` is called instead.
   */
  registerProducer(producer: IPushProducer, streaming: true): void;
  registerProducer(producer: IPullProducer, streaming: false): void;
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void;
  /** Forgets the producer; no call to it follows. Without a producer: does nothing. */
  unregisterProducer(): void;
  /** Takes data. */
  write(data: Bytes): void;
}
export const IConsumer = defineInterface<IConsumer>('IConsumer', ['registerProducer', 'unregisterProducer', 'write']);
