/** `ssl:` and `tls:` in descriptions: what is read of files, and what is said about those that cannot be used. */
import path from 'node:path';

import { OSError, ValueError } from '@skein/reactor/error';
import type { IReactor, TLSContext } from '@skein/reactor/interfaces';

import type { SSL4ClientEndpoint, SSL4ServerEndpoint } from '../../src';
import { clientFromString, quoteStringArgument as quoted, serverFromString, UNIXClientEndpoint } from '../../src';
import { AUTHORITIES, certificate, FIXTURES } from '../certificates';
import { FakeReactor } from '../fakeReactor';

const reactor = new FakeReactor() as FakeReactor & IReactor;
const at = (name: string) => quoted(path.join(FIXTURES, name));

function serverContext(description: string): TLSContext {
  const endpoint = serverFromString<string>(reactor, description);
  return (endpoint as SSL4ServerEndpoint).sslContextFactory.getContext();
}

describe('serverFromString of ssl', () => {
  test.each([
    ['one file', `ssl:443:privateKey=${at('server.pem')}`],
    ['two files', `ssl:443:${at('server.key')}:${at('server.crt')}`],
  ])('reads key and certificate from %s', (_files, description) => {
    expect(serverContext(description)).toMatchObject(certificate.options().getContext());
  });

  test('sends the certificates of extraCertChain after its own', () => {
    const { certificateChain } = serverContext(`ssl:443:${at('server.pem')}:extraCertChain=${at('client.crt')}`);
    expect(certificateChain?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(certificateChain?.startsWith(certificate.dumpPEM().slice(0, 200))).toBe(true);
  });

  test.each([
    ['TLSv1_2_METHOD', 'TLSv1.2', 'TLSv1.2'],
    ['SSLv23_METHOD', 'TLSv1.2', 'TLSv1.3'],
  ])('speaks what sslmethod=%s says', (method, minVersion, maxVersion) => {
    expect(serverContext(`ssl:443:${at('server.pem')}:sslmethod=${method}`)).toMatchObject({ minVersion, maxVersion });
  });
});

describe('clientFromString of ssl', () => {
  const contextOf = (description: string) => {
    const source = (clientFromString<string>(reactor, description) as SSL4ClientEndpoint).sslContextFactory;
    return 'clientConnectionForTLS' in source
      ? source.clientConnectionForTLS()
      : { peerName: null, context: source.getContext() };
  };

  test('means hostname, and trusts the authorities of caCertsDir', () => {
    expect(contextOf(`ssl:h:443:hostname=bücher.example:caCertsDir=${quoted(AUTHORITIES)}`)).toMatchObject({
      peerName: { kind: 'dns', name: 'xn--bcher-kva.example' },
      context: { verification: 'required', trust: [expect.stringContaining('BEGIN CERTIFICATE')] },
    });
  });

  test('without hostname means anybody, as in Twisted', () => {
    expect(contextOf('ssl:h:443')).toMatchObject({ peerName: null, context: { verification: 'none' } });
  });

  test('shows the certificate of certKey', () => {
    const shown = contextOf(`ssl:h:443:certKey=${at('client.crt')}:privateKey=${at('client.key')}`).context;
    expect(shown.certificateChain).toContain('BEGIN CERTIFICATE');
    expect(contextOf(`ssl:h:443:certKey=${at('client.pem')}`).context.certificateChain).toBe(shown.certificateChain);
  });
});

test('clientFromString of tls goes around the endpoint that it is given', () => {
  const endpoint = clientFromString(reactor, 'tls:example.com:443:endpoint=unix\\:/run/s');
  expect(endpoint).toHaveProperty('wrapped', expect.any(UNIXClientEndpoint));
});

const nothing = path.join(FIXTURES, 'nothing.pem');
const badPEM = path.join(FIXTURES, 'bad.pem');
test.each([
  ['ssl:443', OSError, 'privateKey is "server.pem" when it is not given, which cannot be used (ENOENT'],
  [`ssl:443:${nothing}`, OSError, `privateKey is "${nothing}", which cannot be used (ENOENT`],
  [`ssl:443:${badPEM}`, ValueError, `privateKey is "${badPEM}", which cannot be used (Cannot read a private key`],
  [
    `ssl:443:${path.join(FIXTURES, 'server.key')}:${path.join(FIXTURES, 'client.crt')}`,
    ValueError,
    `certKey is "${path.join(FIXTURES, 'client.crt')}", which cannot be used (Certificate public and private keys do not match.`,
  ],
  ['ssl:443:sslmethod=SSLv3_METHOD', OSError, 'privateKey is "server.pem"'],
  [
    `ssl:443:${path.join(FIXTURES, 'server.pem')}:sslmethod=SSLv3_METHOD`,
    ValueError,
    'sslmethod is "SSLv3_METHOD", wanted TLS_METHOD, SSLv23_METHOD, ',
  ],
  [
    `ssl:443:${path.join(FIXTURES, 'server.pem')}:extraCertChain=${path.join(FIXTURES, 'server.key')}`,
    ValueError,
    `extraCertChain is "${path.join(FIXTURES, 'server.key')}", which cannot be used (Cannot read a certificate`,
  ],
  ['tls:tcp\\:0:interface=127.0.0.1', TypeError, 'there is no argument "interface"'],
  [
    'tls:tcp\\:0\\:interface=::1',
    TypeError,
    'there is no argument "tcp:0:interface", wanted endpoint, privateKey, certKey, sslmethod, extraCertChain, dhParameters (an argument that contains "=" is given by keyword)',
  ],
  [
    `tls:endpoint=tcp\\:http:privateKey=${path.join(FIXTURES, 'server.pem')}`,
    ValueError,
    'endpoint is "tcp:http", which cannot be used (cannot parse endpoint description "tcp:http": port is "http"',
  ],
  ['tls', TypeError, 'endpoint is missing'],
])('serverFromString says what is wrong with "%s", and shows what is right', (description, errorClass, problem) => {
  const make = () => serverFromString<string>(reactor, description);
  expect(make).toThrow(errorClass);
  expect(make).toThrow(`cannot parse endpoint description "${description}": ${problem}`);
  expect(make).toThrow(/, as in "(ssl|tls):[^"]*"$/);
});

test.each([
  ['tls:h', TypeError, 'port is missing'],
  ['tls:h:443:trustRoots=/nowhere', OSError, 'trustRoots is "/nowhere", which cannot be used (ENOENT'],
  ['tls:ex ample:443', ValueError, 'host is "ex ample", which cannot be used (Cannot verify host name'],
  ['tls:h:443:privateKey=k.pem', TypeError, 'privateKey is given without certificate'],
  ['ssl:h:443:privateKey=k.pem', TypeError, 'privateKey is given without certKey'],
  ['ssl:h:443:hostname=a b', ValueError, 'hostname is "a b", which cannot be used'],
  ['tls:h:443:endpoint=tcp\\:h', ValueError, 'endpoint is "tcp:h", which cannot be used (cannot parse'],
])('clientFromString says what is wrong with "%s", and shows what is right', (description, errorClass, problem) => {
  const make = () => clientFromString<string>(reactor, description);
  expect(make).toThrow(errorClass);
  expect(make).toThrow(`cannot parse endpoint description "${description}": ${problem}`);
  expect(make).toThrow(/, as in "(ssl|tls):[^"]*"$/);
});
