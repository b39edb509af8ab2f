/**
 * `tls:` in descriptions: TLS around any other endpoint.
 *
 * @twisted twisted.internet.endpoints._parseClientTLS
 *
 * `tls:` for servers is new.
 */
import { domainToUnicode } from 'node:url';

import { optionsForClientTLS } from '@skein/reactor/ssl';

import { toHostname } from '../../hostname';
import { HostnameEndpoint } from '../../hostnameEndpoint';
import { wrapClientTLS, wrapServerTLS } from '../../wrapTLS';
import { Arguments } from '../arguments';
import { authoritiesInFolder } from '../certificateFiles';

import { clientCertificate, SERVER_IDENTITY, serverContext } from './identity';
import type { ClientKind, ServerKind } from './kind';
import { BIND_ADDRESS, CLIENT_PORT, connectOptions, HOST, TIMEOUT } from './tcp';

const { privateKey, certKey, sslmethod, extraCertChain, dhParameters } = SERVER_IDENTITY;

export const TLS_SERVER: ServerKind = {
  prefix: 'tls',
  summary: 'TLS around any other endpoint: `wrapServerTLS`',
  signature: {
    parameters: [
      { name: 'endpoint', what: 'another description, quoted', required: true },
      privateKey,
      certKey,
      sslmethod,
      extraCertChain,
      dhParameters,
    ],
    example: 'tls:endpoint=haproxy\\:tcp\\:8443:privateKey=server.key:certKey=server.crt',
  },
  parse(reactor, description, fromString) {
    const args = new Arguments(description, this.signature);
    const endpoint = args.read('endpoint', (text) => fromString(reactor, text));
    return wrapServerTLS(serverContext(args), endpoint as NonNullable<typeof endpoint>, { reactor });
  },
};

export const TLS_CLIENT: ClientKind = {
  prefix: 'tls',
  summary: 'TLS over TCP, by `HostnameEndpoint`, or over any other endpoint: `wrapClientTLS`',
  signature: {
    parameters: [
      { ...HOST, what: "the name or IP address to connect to, which the server's certificate has to be for" },
      CLIENT_PORT,
      TIMEOUT,
      BIND_ADDRESS,
      { name: 'certificate', what: 'the PEM file with the certificate to show, if the server asks', default: 'none' },
      { name: 'privateKey', what: 'the PEM file with its private key', default: 'the file of `certificate`' },
      {
        name: 'trustRoots',
        what: 'a folder with the authorities to trust, in `.pem` files',
        default: "the platform's",
      },
      {
        name: 'endpoint',
        what: 'another description, quoted, to connect to; `host` is then what the certificate is for, and `port` nothing',
        default: '`host` and `port`',
      },
    ],
    example: 'tls:example.com:443',
  },
  parse(reactor, description, fromString) {
    const args = new Arguments(description, this.signature);
    const port = args.requiredInteger('port');
    const options = connectOptions(args);
    const mine = clientCertificate(args, 'certificate');
    const trustRoot = args.read('trustRoots', authoritiesInFolder);
    const creator = args.read('host', (host) => optionsForClientTLS(host, { trustRoot, clientCertificate: mine }));
    const inner = args.read('endpoint', (text) => fromString(reactor, text));
    const host = domainToUnicode(toHostname(args.requiredText('host')).ascii) || args.requiredText('host');
    return wrapClientTLS(
      creator as NonNullable<typeof creator>,
      inner ?? new HostnameEndpoint(reactor, host, port, options),
      { reactor },
    );
  },
};
