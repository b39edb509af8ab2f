/**
 * TLS in the area `transports`: the certificates of the recordings, and what the client makes of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ClientContextSource } from '../../src/interfaces';
import {
  Certificate,
  ClientContextFactory,
  optionsForClientTLS,
  PrivateCertificate,
  TLSError,
  VerificationError,
} from '../../src/ssl';

import { conformanceFolder } from './load';

/** What the client verifies; undefined: nothing. */
export type Verify = 'ok' | 'untrusted' | 'wrongname' | undefined;

function fixture(name: string): string {
  return readFileSync(join(conformanceFolder(), 'fixtures', name), 'latin1');
}

/** The server's end: the certificate that all cases use. */
export function serverContext(): ReturnType<PrivateCertificate['options']> {
  return PrivateCertificate.loadPEM(fixture('server.pem')).options();
}

/** The client's end. */
export function clientContext(verify: Verify): ClientContextSource {
  if (verify === undefined) return new ClientContextFactory();
  const trustRoot = Certificate.loadPEM(fixture(verify === 'untrusted' ? 'client.crt' : 'server.pem'));
  return optionsForClientTLS(verify === 'wrongname' ? 'other.example' : 'localhost', { trustRoot });
}

/** A reason's class as the recordings call it: `TLSError` is whatever TLS itself found wrong, but for names. */
export function reasonName(error: Error): string {
  return error instanceof TLSError && !(error instanceof VerificationError) ? 'TLSError' : error.name;
}
