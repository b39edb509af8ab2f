/**
 * `NonStreamingProducer`: a pull producer that writes ten times.
 *
 * @twisted twisted.internet.testing.NonStreamingProducer
 */
import { Deferred } from '../defer/deferred';
import { RuntimeError } from '../error';
import type { IConsumer, IPullProducer } from '../interfaces';

const TIMES = 10;

/** Writes `0` to `9`, one each time it is resumed, then unregisters itself. */
export class NonStreamingProducer implements IPullProducer {
  counter = 0;
  stopped = false;
  /** Fires with null when it has written everything, or was stopped. */
  readonly result = new Deferred<null>();
  #consumer: IConsumer | null;

  constructor(consumer: IConsumer) {
    this.#consumer = consumer;
  }

  resumeProducing(): void {
    const consumer = this.#consumer;
    if (consumer === null || this.counter >= TIMES) throw new RuntimeError('BUG: resume after unregister/stop.');
    consumer.write(String(this.counter));
    this.counter += 1;
    if (this.counter < TIMES) return;
    consumer.unregisterProducer();
    this.#done();
  }

  /** A pull producer is never paused: throws `RuntimeError`. */
  pauseProducing(): void {
    throw new RuntimeError('BUG: pause should never be called.');
  }

  stopProducing(): void {
    this.stopped = true;
    this.#done();
  }

  #done(): void {
    this.#consumer = null;
    this.result.callback(null);
  }
}
