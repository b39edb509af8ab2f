/**
 * What the two handshakes have in common: whom they talk through, what they expect next, and what they come to.
 */
import { X509Certificate } from 'node:crypto';

import type { SecuredInfo } from '../../../driver';
import type { TLSVersionName } from '../../../interfaces/tls';

import { fault } from './alerts';
import type { ReadContext } from './contexts';
import type { Message } from './messages';
import type { TLSSurroundings } from './surroundings';
import { verifyChain } from './verification';

/** What a handshake sends through, in flights. */
export interface HandshakeWire {
  send(...messages: readonly Message[]): void;
  changeCipherSpec(): void;
  protectWriting(version: TLSVersionName): void;
  protectReading(version: TLSVersionName): void;
  secured(info: SecuredInfo): void;
  session(session: Buffer): void;
}

export interface Handshake {
  /** The peer has sent a message. Throws a `TLSFault`. */
  receive(message: Message): void;
  /** The peer protects from now on what it sends (TLS 1.2). */
  changedCipherSpec(): void;
}

/** The messages that are still to come, in their order. */
export class Expected {
  #kinds: Message['kind'][] = [];

  set(...kinds: readonly Message['kind'][]): void {
    this.#kinds = [...kinds];
  }

  /** Puts one in before the `index`th. */
  insert(index: number, kind: Message['kind']): void {
    this.#kinds.splice(index, 0, kind);
  }

  get isEmpty(): boolean {
    return this.#kinds.length === 0;
  }

  /** Takes a message for the next one. Throws a `TLSFault` when it is another. */
  take({ kind }: Message): void {
    if (this.#kinds.shift() !== kind) throw fault('unexpected_message', 'UNEXPECTED_MESSAGE');
  }
}

/** The peer's chain, verified as the context says. */
export function readChain(
  chain: readonly Buffer[],
  { context, trust }: ReadContext,
  surroundings: TLSSurroundings,
): readonly X509Certificate[] {
  let certificates: X509Certificate[];
  try {
    certificates = chain.map((der) => new X509Certificate(der));
  } catch {
    throw fault('bad_certificate', 'CERTIFICATE_VERIFY_FAILED');
  }
  if (context.verification !== 'none' && certificates.length > 0) {
    verifyChain(certificates, trust ?? surroundings.platformTrust, surroundings.date());
  }
  return certificates;
}
