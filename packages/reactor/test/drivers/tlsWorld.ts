/** TLS for the driver suite, on every driver: a certificate for localhost, which nobody else trusts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { optionsForClientTLS, PrivateCertificate } from '../../src/ssl';
import type { TLSWorld } from '../../src/testing/compliance';

const PEM = readFileSync(join(__dirname, '../../../../conformance/fixtures/server.pem'), 'latin1');
const localhost = PrivateCertificate.loadPEM(PEM);

export const LOCALHOST_TLS: TLSWorld = {
  server: localhost.options().getContext(),
  client: optionsForClientTLS('localhost', { trustRoot: localhost }).clientConnectionForTLS().context,
  serverName: 'localhost',
};
