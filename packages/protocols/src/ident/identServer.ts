import { maybeDeferred } from '@skein/reactor/defer';
import { ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { Deferred } from '@skein/reactor/defer';
import type { IAddress } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { LineOnlyReceiver } from '../basic';

import { IdentError, InvalidPort } from './errors';

/** One end of a connection. */
export type IdentAddress = readonly [host: string, port: number];

/** Who owns a connection: the name of the operating system (`UNIX`, `OTHER`, …), and the user's. */
export type IdentAnswer = readonly [systemName: string, userId: string];

const INTEGER = /^\s*[+-]?\d+\s*$/;
const MAX_PORT = 65535;
/** What would end the line, or the string, of an answer. */
const UNSENDABLE = /[\0\r\n]/;
/** So many lookups at once, and no more is read from a peer. */
const MOST_LOOKUPS = 64;

/**
 * Answers whose the connections of this host are (RFC 1413). Subclasses override `lookup`; without, nobody is named.
 *
 * A line that is no query loses the connection; a port that is none is answered with `INVALID-PORT`.
 *
 * @twisted twisted.protocols.ident.IdentServer
 */
export class IdentServer extends LineOnlyReceiver {
  /** The longest query, in bytes. */
  override MAX_LENGTH = 1000;
  #lookups = 0;

  override lineReceived(line: string): void {
    const parts = line.split(',');
    if (parts.length !== 2 || !parts.every((part) => INTEGER.test(part))) {
      this.invalidQuery();
      return;
    }
    const [onServer, onClient] = parts.map((part) => BigInt(part.trim().replace('+', ''))) as [bigint, bigint];
    if ([onServer, onClient].every((port) => port >= 1 && port <= MAX_PORT)) {
      this.validQuery(Number(onServer), Number(onClient));
    } else this.#refuse(new Failure(new InvalidPort()), onServer, onClient);
  }

  /** A line is no query. By default the connection is lost. */
  invalidQuery(): void {
    this.transport.loseConnection();
  }

  /** A query: `lookup` is asked, and its answer sent. */
  validQuery(portOnServer: number, portOnClient: number): void {
    const serverAddress = [hostOf(this.transport.getHost()), portOnServer] as const;
    const clientAddress = [hostOf(this.transport.getPeer()), portOnClient] as const;
    this.#lookups += 1;
    if (this.#lookups === MOST_LOOKUPS) this.transport.pauseProducing();
    maybeDeferred((): unknown => this.lookup(serverAddress, clientAddress))
      .addCallback((answer) => this.#answer(answer as IdentAnswer, portOnServer, portOnClient))
      .addErrback((failure) => this.#refuse(failure, portOnServer, portOnClient))
      .addBoth(() => {
        this.#lookups -= 1;
        if (this.#lookups === MOST_LOOKUPS - 1 && !this.transport.disconnecting) this.transport.resumeProducing();
      });
  }

  /**
   * Who owns the connection between two addresses. To be overridden; fails with `IdentError` (or one of its kin) for nobody.
   *
   * @param serverAddress - this side's
   * @param clientAddress - that of the peer, who asks
   */
  lookup(
    _serverAddress: IdentAddress,
    _clientAddress: IdentAddress,
  ): IdentAnswer | Deferred<IdentAnswer> | Promise<IdentAnswer> {
    throw new IdentError();
  }

  #answer([systemName, userId]: IdentAnswer, portOnServer: number, portOnClient: number): void {
    if (UNSENDABLE.test(systemName + userId)) {
      throw new ValueError(`cannot answer with "${systemName}" and "${userId}", wanted names on one line`);
    }
    this.sendLine(`${portOnServer}, ${portOnClient} : USERID : ${systemName} : ${userId}`);
  }

  #refuse(failure: Failure, portOnServer: number | bigint, portOnClient: number | bigint): void {
    let error = failure.value;
    if (!(error instanceof IdentError)) {
      new Logger({ namespace: 'skein.protocols', source: this }).failure('lookup failed', failure);
      error = new IdentError(error);
    }
    this.sendLine(`${portOnServer}, ${portOnClient} : ERROR : ${error.message}`);
  }
}

function hostOf(address: IAddress): string {
  return (address as { host?: string }).host ?? '';
}
