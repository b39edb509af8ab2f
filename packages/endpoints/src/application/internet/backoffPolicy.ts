/**
 * How long to wait before another attempt.
 *
 * @twisted twisted.application.internet.backoffPolicy
 */
import { currentReactor } from '@skein/reactor';

/** Gives the seconds to wait after the `attempt`-th failure in a row, counted from 1. */
export type RetryPolicy = (attempt: number) => number;

/** Options of `backoffPolicy`. */
export interface BackoffOptions {
  /** Seconds, before they are multiplied: the first wait is `initialDelay * factor`. Default 1. */
  initialDelay?: number;
  /** The most seconds to wait, the jitter not included. Default 60. */
  maxDelay?: number;
  /** By what the wait grows each time. Default 1.5. */
  factor?: number;
  /** Seconds added to each wait, so that not all clients come back at once. Default: the installed reactor's `random()`, up to 1. */
  jitter?: () => number;
}

/** Attempts beyond this one do not make the wait longer. */
const MAX_EXPONENT = 100;

/**
 * A policy that waits longer each time: `initialDelay * factor ** attempt`, at most `maxDelay`, and some jitter.
 *
 * @twisted twisted.application.internet.backoffPolicy
 *
 * @example
 * new ClientService(endpoint, factory, { retryPolicy: backoffPolicy({ factor: 2, maxDelay: 30 }) });
 */
export function backoffPolicy(options: BackoffOptions = {}): RetryPolicy {
  const { initialDelay = 1, maxDelay = 60, factor = 1.5, jitter = () => currentReactor().random() } = options;
  // What overflows is infinite, and so is cut to maxDelay.
  return (attempt) => Math.min(initialDelay * factor ** Math.min(MAX_EXPONENT, attempt), maxDelay) + jitter();
}
