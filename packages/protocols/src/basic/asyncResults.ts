/**
 * What `async` callbacks return. Internal to `basic`.
 *
 * Twisted's callbacks are synchronous; an `async lineReceived` is one all the same, whose exception comes late. The
 * promises of one delivery go to the caller of `dataReceived` as one, so that the reactor can make a rejection cost the
 * connection, as an exception does.
 */
import { Logger } from '@skein/reactor/logger';

import type { Protocol } from '../protocol';

export class AsyncResults {
  #promises: Promise<unknown>[] | null = null;

  /** Whether `result` is a promise, which then is kept. */
  keep(result: unknown): boolean {
    if (!(result instanceof Promise)) return false;
    (this.#promises ??= []).push(result);
    return true;
  }

  /** The promises kept, as one; null when there are none. */
  take(): Promise<unknown> | null {
    if (this.#promises === null) return null;
    const all = Promise.all(this.#promises);
    this.#promises = null;
    return all;
  }
}

/** Looks after a promise that no caller will: its rejection is logged, and costs the connection. */
export function observe(protocol: Protocol, result: unknown): void {
  if (!(result instanceof Promise)) return;
  result.catch((error: unknown) => {
    const log = new Logger({ namespace: 'skein.protocols', source: protocol });
    log.failure('Unhandled error in an async callback of {name}', error, { name: protocol.logPrefix() });
    protocol.transport.loseConnection();
  });
}
