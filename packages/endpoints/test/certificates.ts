/** The certificate of the recordings: for `localhost` and `127.0.0.1`, signed by itself. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import {
  type ClientTLSArguments,
  type ClientTLSOptions,
  optionsForClientTLS,
  PrivateCertificate,
} from '@skein/reactor/ssl';

export const FIXTURES = path.join(__dirname, '../../../conformance/fixtures');
export const SERVER_PEM = path.join(FIXTURES, 'server.pem');
/** A folder whose one authority is the certificate itself. */
export const AUTHORITIES = path.join(FIXTURES, 'ca');

export const certificate = PrivateCertificate.loadPEM(readFileSync(SERVER_PEM));

/** What a client needs that trusts the certificate, and means `hostname`. */
export function trusting(hostname = 'localhost', options: ClientTLSArguments = {}): ClientTLSOptions {
  return optionsForClientTLS(hostname, { trustRoot: certificate, ...options });
}
