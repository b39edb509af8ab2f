/**
 * Which bucket a transport's bytes go into.
 *
 * @twisted twisted.protocols.htb (its filters)
 */
import type { IReactorTime, ITransport } from '@skein/reactor/interfaces';

import { type ClockOptions, clockOf } from '../policies/clock';

import { Bucket } from './bucket';

/** Finds buckets. */
export interface IBucketFilter {
  /** The bucket for a connection. */
  getBucketFor(transport: ITransport): Bucket;
}

/**
 * Has a bucket for each key, and a parent filter whose buckets are the parents of its own. Here there is one key, and so
 * one bucket; subclasses override `getBucketKey`.
 *
 * @twisted twisted.protocols.htb.HierarchicalBucketFilter
 *
 * @example
 * const all = new HierarchicalBucketFilter();
 * all.bucketFactory = Fast; // what all hosts have together
 * const hosts = new FilterByHost(all);
 * hosts.bucketFactory = Slow; // what each of them has
 */
export class HierarchicalBucketFilter implements IBucketFilter {
  /** Makes the buckets. */
  bucketFactory: new (parentBucket: Bucket | null, options: ClockOptions) => Bucket = Bucket;
  /** After how many seconds empty buckets that shape nobody are removed, when one is asked for; null for never. */
  sweepInterval: number | null = null;
  /** The buckets, by their keys. Some may be put in beforehand. */
  readonly buckets = new Map<unknown, Bucket>();
  readonly parentFilter: IBucketFilter | null;
  /** The time of the last `sweep`. */
  lastSweep: number;
  readonly #clock: IReactorTime;

  constructor(parentFilter: IBucketFilter | null = null, options: ClockOptions = {}) {
    this.parentFilter = parentFilter;
    this.#clock = clockOf(options.clock ?? null);
    this.lastSweep = this.#clock.seconds();
  }

  /** Finds the bucket for a connection, or makes it. */
  getBucketFor(transport: ITransport): Bucket {
    if (this.sweepInterval !== null && this.#clock.seconds() - this.lastSweep > this.sweepInterval) this.sweep();
    const key = this.getBucketKey(transport);
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      const parentBucket = this.parentFilter?.getBucketFor(transport) ?? null;
      bucket = new this.bucketFactory(parentBucket, { clock: this.#clock });
      this.buckets.set(key, bucket);
    }
    return bucket;
  }

  /** The key of the bucket for a connection. To be overridden. */
  getBucketKey(_transport: ITransport): unknown {
    return null;
  }

  /** Removes the empty buckets that shape nobody. */
  sweep(): void {
    for (const [key, bucket] of this.buckets) {
      if (!bucket.drip() || bucket.references > 0) continue;
      this.buckets.delete(key);
      if (bucket.parentBucket !== null) bucket.parentBucket.references -= 1;
    }
    this.lastSweep = this.#clock.seconds();
  }
}

/**
 * A bucket for each host of the other side.
 *
 * @twisted twisted.protocols.htb.FilterByHost
 */
export class FilterByHost extends HierarchicalBucketFilter {
  override sweepInterval: number | null = 20 * 60;

  override getBucketKey(transport: ITransport): unknown {
    return (transport.getPeer() as { host?: string }).host ?? null;
  }
}

/**
 * A bucket for each port of this side.
 *
 * @twisted twisted.protocols.htb.FilterByServer
 */
export class FilterByServer extends HierarchicalBucketFilter {
  override getBucketKey(transport: ITransport): unknown {
    return (transport.getHost() as { port?: number }).port ?? null;
  }
}
