import { Deferred, fail } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import { Logger } from '@skein/reactor/logger';

import { LineOnlyReceiver } from '../basic';
import { connectionDone } from '../protocol';

import { HiddenUser, IdentError, InvalidPort, NoUser } from './errors';

/** What a server says of a connection: `USERID`, and the rest, which is the system's name, a colon, and the user's. */
export type IdentResponse = readonly [type: string, addInfo: string];

interface Query {
  readonly deferred: Deferred<IdentResponse>;
  readonly portOnServer: number;
  readonly portOnClient: number;
}

/**
 * Asks a host whose connections are (RFC 1413), one query after the other.
 *
 * @twisted twisted.protocols.ident.IdentClient
 *
 * @example
 * const [type, info] = await client.lookup(6193, 23); // ['USERID', 'UNIX : stjohns']
 */
export class IdentClient extends LineOnlyReceiver {
  /** The longest answer, in bytes. RFC 1413 lets a client give up here. */
  override MAX_LENGTH = 1000;
  /** What an answer's word for an error becomes. */
  errorTypes: readonly (typeof IdentError)[] = [IdentError, NoUser, InvalidPort, HiddenUser];
  #queries: Query[] = [];
  /** Why the connection is lost; null as long as it is not. */
  #lost: Failure | null = null;

  /**
   * Asks whose a connection between the server's host and this one is.
   *
   * @param portOnServer - its port on the host that is asked
   * @param portOnClient - its port on this host
   * @returns fails with `NoUser`, `InvalidPort`, `HiddenUser`, or `IdentError`, which also stands for an answer that is none and for a
   *   lost connection
   */
  lookup(portOnServer: number, portOnClient: number): Deferred<IdentResponse> {
    if (this.#lost !== null) return fail(new IdentError(this.#lost.value));
    const query = { deferred: new Deferred<IdentResponse>(), portOnServer, portOnClient };
    this.#queries.push(query);
    if (this.#queries.length === 1) this.#ask(query);
    return query.deferred;
  }

  override lineReceived(line: string): void {
    const query = this.#queries.shift();
    if (query === undefined) {
      const log = new Logger({ namespace: 'skein.protocols', source: this });
      log.info('Unexpected server response: {line}', { line });
      return;
    }
    // Before the answer is given: its callbacks may ask again.
    const next = this.#queries[0];
    if (next !== undefined) this.#ask(next);
    this.parseResponse(query.deferred, line);
  }

  override connectionLost(reason: Failure = connectionDone): void {
    this.#lost = reason;
    for (const { deferred } of this.#queries.splice(0)) deferred.errback(new IdentError(reason.value));
  }

  /** Fires a query's Deferred with what a line says. */
  parseResponse(deferred: Deferred<IdentResponse>, line: string): void {
    const [, type, addInfo] = /^[^:]*:([^:]*):(.*)$/s.exec(line)?.map((part) => part.trim()) ?? [];
    if (type === undefined || addInfo === undefined) deferred.errback(new IdentError(line));
    else if (type === 'ERROR') {
      const errorType = this.errorTypes.find(({ identDescription }) => identDescription === addInfo) ?? IdentError;
      deferred.errback(new errorType(line));
    } else deferred.callback([type, addInfo]);
  }

  #ask({ portOnServer, portOnClient }: Query): void {
    this.sendLine(`${portOnServer}, ${portOnClient}`);
  }
}
