/**
 * `ssl:` in descriptions.
 *
 * @twisted twisted.internet.endpoints._parseSSL, _parseClientSSL
 */
import type { ClientContextSource } from '@skein/reactor/interfaces';
import { CertificateOptions, optionsForClientTLS } from '@skein/reactor/ssl';

import { SSL4ClientEndpoint, SSL4ServerEndpoint } from '../../sslEndpoints';
import { Arguments } from '../arguments';
import { authoritiesInFolder } from '../certificateFiles';

import { clientCertificate, SERVER_IDENTITY, serverContext } from './identity';
import type { ClientKind, ServerKind } from './kind';
import {
  BACKLOG,
  BIND_ADDRESS,
  CLIENT_PORT,
  clientArguments,
  connectOptions,
  HOST,
  INTERFACE,
  PORT,
  TIMEOUT,
} from './tcp';

const { privateKey, certKey, sslmethod, extraCertChain, dhParameters } = SERVER_IDENTITY;

export const SSL_SERVER: ServerKind = {
  prefix: 'ssl',
  lowerCaseOnly: true,
  summary: 'TLS over TCP over IPv4: `SSL4ServerEndpoint`',
  signature: {
    parameters: [PORT, privateKey, certKey, sslmethod, INTERFACE, BACKLOG, extraCertChain, dhParameters],
    example: 'ssl:8443:privateKey=server.key:certKey=server.crt',
  },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    const port = args.requiredInteger('port');
    const backlog = args.integer('backlog');
    return new SSL4ServerEndpoint(reactor, port, serverContext(args), {
      interface: args.text('interface') ?? '',
      backlog,
    });
  },
};

export const SSL_CLIENT: ClientKind = {
  prefix: 'ssl',
  summary: 'TLS over TCP, the older form: `SSL4ClientEndpoint`. **Without `hostname` the server may be anybody**',
  signature: {
    parameters: [
      HOST,
      CLIENT_PORT,
      TIMEOUT,
      BIND_ADDRESS,
      {
        name: 'hostname',
        what: "whom the server's certificate has to be for",
        default: 'anybody; and without `caCertsDir`, from any authority',
      },
      {
        name: 'caCertsDir',
        what: 'a folder with the authorities to trust, in `.pem` files',
        default: "the platform's",
      },
      { name: 'certKey', what: 'the PEM file with the certificate to show, if the server asks', default: 'none' },
      { name: 'privateKey', what: 'the PEM file with its private key', default: 'the file of `certKey`' },
    ],
    positional: 2,
    example: 'ssl:example.com:443:hostname=example.com',
  },
  parse(reactor, description) {
    const args = clientArguments(description, this.signature);
    const host = args.requiredText('host');
    return new SSL4ClientEndpoint(
      reactor,
      host,
      args.requiredInteger('port'),
      clientContext(args),
      connectOptions(args),
    );
  },
};

function clientContext(args: Arguments): ClientContextSource {
  const mine = clientCertificate(args, 'certKey');
  const trustRoot = args.read('caCertsDir', authoritiesInFolder);
  const verified = args.read('hostname', (hostname) =>
    optionsForClientTLS(hostname, { trustRoot, clientCertificate: mine }),
  );
  if (verified !== null) return verified;
  return new CertificateOptions({
    trustRoot,
    ...(mine !== null && { privateKey: mine.privateKey, certificate: mine, extraCertChain: mine.chain }),
  });
}
