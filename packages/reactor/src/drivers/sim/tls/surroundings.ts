import type { X509Certificate } from 'node:crypto';

import type { TLSContext } from '../../../driver';

/** What TLS is like in a simulation. */
export interface TLSSettings {
  /** Milliseconds since 1970 at which the simulation begins, for certificates; null: their dates are not looked at. */
  readonly date: number | null;
  /** The authorities of every platform. */
  readonly platformTrust: readonly X509Certificate[];
}

/** What one process's TLS takes from outside of it. */
export interface TLSSurroundings {
  /** Milliseconds since 1970, against which certificates are held; null: their dates are not looked at. */
  date(): number | null;
  /** The authorities of a platform. */
  readonly platformTrust: readonly X509Certificate[];
  readonly tickets: TicketKeys;
}

/** What a session ticket holds. */
interface TicketContents {
  readonly key: string;
  readonly version: string;
  readonly cipher: string;
  /** The client's certificate, in base64. */
  readonly certificate: string | null;
}

/**
 * The keys of a process's session tickets, one for each context: tickets say all that there is to know, and those of another
 * context, or of a process before, are worth nothing. (In a model, keys are names.)
 */
export class TicketKeys {
  readonly #process: string;
  readonly #keys = new WeakMap<TLSContext, string>();
  #count = 0;

  constructor(process: string) {
    this.#process = process;
  }

  issue(context: TLSContext, contents: Omit<TicketContents, 'key'>): string {
    return JSON.stringify({ ...contents, key: this.#keyOf(context) } satisfies TicketContents);
  }

  /** What is in a ticket, or null when it is not one of this context's. */
  redeem(context: TLSContext, ticket: string | null): TicketContents | null {
    if (ticket === null) return null;
    const contents = JSON.parse(ticket) as TicketContents;
    return contents.key === this.#keyOf(context) ? contents : null;
  }

  #keyOf(context: TLSContext): string {
    let key = this.#keys.get(context);
    if (key === undefined) this.#keys.set(context, (key = `${this.#process}/${String(++this.#count)}`));
    return key;
  }
}
