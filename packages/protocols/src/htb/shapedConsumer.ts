import type { IDelayedCall, IReactorTime } from '@skein/reactor/interfaces';

import { ProducerConsumerProxy, type FinishableConsumer } from '../pcp';
import { type ClockOptions, clockOf } from '../policies/clock';

import type { Bucket } from './bucket';

/** How many seconds' worth of tokens are waited for when a bucket is full: less would be many small packets. */
const PATIENCE = 0.05;

/** In seconds. Where less is missing than numbers can tell, time has to pass all the same. */
const SHORTEST_WAIT = 0.001;

/**
 * Stands before a consumer and lets through what its bucket has room for.
 *
 * To the consumer it is a producer that is asked for each piece. When the bucket is full it asks the clock to be called when
 * there is room again; Twisted's waits to be asked, and may wait for ever.
 *
 * @twisted twisted.protocols.htb.ShapedConsumer
 */
export class ShapedConsumer extends ProducerConsumerProxy {
  readonly bucket: Bucket;
  readonly #clock: IReactorTime;
  #retry: IDelayedCall | null = null;
  #stopped = false;

  /** @param consumer - what is written to; null for a subclass that will `subscribe` when it is ready */
  constructor(consumer: FinishableConsumer | null, bucket: Bucket, options: ClockOptions = {}) {
    super(null);
    this.bucket = bucket;
    this.#clock = clockOf(options.clock ?? null);
    bucket.references += 1;
    if (consumer !== null) this.subscribe(consumer);
  }

  override get iAmStreaming(): boolean {
    return false;
  }

  override resumeProducing(): void {
    this.#retry?.cancel();
    this.#retry = null;
    super.resumeProducing();
  }

  override stopProducing(): void {
    this.#retry?.cancel();
    this.#retry = null;
    if (!this.#stopped) this.bucket.references -= 1;
    this.#stopped = true;
    super.stopProducing();
  }

  protected override writeSomeData(data: Buffer): number {
    const { bucket } = this;
    if (this.consumer === null) return 0;
    const worthwhile = Math.max(1, Math.min(data.length, Math.floor((bucket.rate ?? Infinity) * PATIENCE)));
    const seconds = bucket.secondsUntil(worthwhile);
    const amount = seconds > 0 ? 0 : bucket.add(data.length);
    if (amount > 0) super.writeSomeData(data.subarray(0, amount));
    // A consumer that was given nothing asks for nothing: the clock has to.
    else if (seconds < Infinity) this.#retryIn(Math.max(seconds, SHORTEST_WAIT));
    return amount;
  }

  #retryIn(seconds: number): void {
    this.#retry ??= this.#clock.callLater(seconds, () => {
      this.#retry = null;
      this.resumeProducing();
    });
  }
}
