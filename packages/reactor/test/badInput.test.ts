/**
 * Whatever is wrong with a certificate, a key, a path, a descriptor or a peer: an error of a class of its own says what and
 * where, and the server beside it in the same reactor goes on.
 */
import { closeSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CannotListenError, ConnectError, OSError, VerifyError } from '../src/error';
import type { IOpenSSLContextFactory } from '../src/interfaces';
import type { CertificateOptions } from '../src/ssl';
import {
  Certificate,
  DefaultOpenSSLContextFactory,
  ExpiredCertificateError,
  InvalidPEMError,
  optionsForClientTLS,
  PlaintextPeerError,
  PrivateCertificate,
  UntrustedCertificateError,
  VerificationError,
} from '../src/ssl';

import { Authority } from './ssl/authority';
import { echo, Peer, PeerFactory, Stage } from './ssl/securedPeers';

const NAMES = 'DNS:localhost,IP:127.0.0.1';

let authority: Authority;
let own: { certificate: string; key: string; pem: string };
beforeAll(() => {
  authority = new Authority();
  own = authority.files('Server', { names: NAMES });
});
afterAll(() => {
  authority.remove();
});

/** An error, and where it should say that it is. */
type Outcome = readonly [error: unknown, where: string];

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

function optionsOf(pem: string): CertificateOptions {
  return PrivateCertificate.loadPEM(readFileSync(pem)).options();
}

function trusting(name = 'localhost'): ReturnType<typeof optionsForClientTLS> {
  return optionsForClientTLS(name, { trustRoot: authority.certificate });
}

/** What a client is lost with that connects to a server with that certificate. */
async function rejected(stage: Stage, server: IOpenSSLContextFactory, name?: string): Promise<Outcome> {
  const port = stage.listen(new PeerFactory(), server);
  return [await stage.connect(port, trusting(name)).lost(), `at 127.0.0.1:${String(port)}`];
}

/** A file of the test's folder with that text. */
function file(name: string, text: string): string {
  const path = join(authority.directory, name);
  writeFileSync(path, text);
  return path;
}

const RUBBISH = '-----BEGIN CERTIFICATE-----\nMIIBrubbish!\n-----END CERTIFICATE-----\n';

/** What is wrong, what comes of it, the class, and what the message says. */
const CASES: readonly (readonly [
  wrong: string,
  outcome: (stage: Stage) => Outcome | Promise<Outcome>,
  expected: new (...args: never[]) => Error,
  message: RegExp,
])[] = [
  [
    'a certificate that is for another host',
    (stage) => rejected(stage, optionsOf(own.pem), 'other.example'),
    VerificationError,
    /^the certificate is for DNS:localhost, IP Address:127\.0\.0\.1, wanted 'other\.example'/,
  ],
  [
    'a certificate that has expired',
    (stage) => rejected(stage, authority.sign('Server', { names: NAMES, days: -1 }).options()),
    ExpiredCertificateError,
    /^certificate has expired/,
  ],
  [
    'a certificate of an authority that is not trusted',
    (stage) => {
      const stranger = new Authority('Stranger');
      const options = stranger.sign('Server', { names: NAMES }).options();
      stranger.remove();
      return rejected(stage, options);
    },
    UntrustedCertificateError,
    /^unable to verify the first certificate/,
  ],
  [
    'a certificate file that is not there',
    () => {
      const path = join(authority.directory, 'no-such.crt');
      return [thrown(() => new DefaultOpenSSLContextFactory(own.key, path)), path];
    },
    OSError,
    /^Cannot read the certificate file '.*': ENOENT/,
  ],
  [
    'a key file that is a folder',
    () => [thrown(() => new DefaultOpenSSLContextFactory(authority.directory, own.certificate)), authority.directory],
    OSError,
    /^Cannot read the private key file '.*': EISDIR/,
  ],
  [
    'a key that does not fit its certificate',
    () => {
      const { key } = authority.files('Other');
      return [thrown(() => new DefaultOpenSSLContextFactory(key, own.certificate)), key];
    },
    VerifyError,
    /^The private key in '.*' is not that of '.*\.crt'/,
  ],
  [
    'a certificate file with rubbish',
    () => {
      const path = file('rubbish.crt', RUBBISH);
      return [thrown(() => new DefaultOpenSSLContextFactory(own.key, path)), path];
    },
    InvalidPEMError,
    /^Cannot read a certificate from '.*': /,
  ],
  [
    'a key file with rubbish',
    () => {
      const path = file('rubbish.key', readFileSync(own.key, 'latin1').slice(0, 120));
      return [thrown(() => new DefaultOpenSSLContextFactory(path, own.certificate)), path];
    },
    InvalidPEMError,
    /^Cannot read a private key from '.*': /,
  ],
  [
    'a PEM text with rubbish',
    () => [thrown(() => Certificate.loadPEM(RUBBISH)), `${String(RUBBISH.length)} bytes of PEM`],
    InvalidPEMError,
    /^Cannot read a certificate from /,
  ],
  [
    'a context with rubbish, given to listenSSL',
    (stage) => {
      const context = { ...optionsOf(own.pem).getContext(), certificateChain: RUBBISH };
      return [thrown(() => stage.listen(new PeerFactory(), { getContext: () => context })), 'a certificate or key'];
    },
    InvalidPEMError,
    /^Cannot load a certificate or key: /,
  ],
  [
    'a path of a UNIX socket that is too long',
    (stage) => {
      const path = join(authority.directory, 'x'.repeat(108));
      return [thrown(() => stage.reactor.listenUNIX(path, new PeerFactory())), path];
    },
    CannotListenError,
    /^Couldn't listen on any:.*: bind ENAMETOOLONG/,
  ],
  [
    'a path of a UNIX socket that a living owner listens on',
    (stage) => {
      const path = join(authority.directory, 'live');
      stage.reactor.listenUNIX(path, new PeerFactory());
      return [thrown(() => stage.reactor.listenUNIX(path, new PeerFactory())), path];
    },
    CannotListenError,
    /^Couldn't listen on any:.*: bind EADDRINUSE/,
  ],
  [
    'a path of a UNIX socket that a living owner has locked',
    (stage) => {
      const path = join(authority.directory, 'locked');
      symlinkSync(String(process.pid), `${path}.lock`);
      return [thrown(() => stage.reactor.listenUNIX(path, new PeerFactory(), { wantPID: true })), `${path}.lock`];
    },
    CannotListenError,
    /^Couldn't listen on any:.*: Cannot acquire lock '.*'/,
  ],
  [
    'a descriptor that is no socket, to listen on',
    (stage) => {
      const descriptor = openSync('/dev/null', 'r');
      const error = thrown(() => stage.reactor.adoptStreamPort(descriptor, 'INET', new PeerFactory()));
      closeSync(descriptor);
      return [error, `descriptor ${String(descriptor)}`];
    },
    CannotListenError,
    /ENOTSOCK/,
  ],
  [
    'a descriptor that is no socket, as a connection',
    (stage) => {
      const descriptor = openSync('/dev/null', 'r');
      const error = thrown(() => stage.reactor.adoptStreamConnection(descriptor, 'INET', new PeerFactory()));
      closeSync(descriptor);
      return [error, `descriptor ${String(descriptor)}`];
    },
    ConnectError,
    /ENOTSOCK/,
  ],
  [
    'a client that speaks plaintext to TLS',
    async (stage) => {
      const factory = new PeerFactory();
      const port = stage.listen(factory, optionsOf(own.pem));
      const plain = stage.connectPlain(port, saying('GET / HTTP/1.1\r\n\r\n'));
      await plain.has('made');
      const from = (plain.transport.getHost() as unknown as { port: number }).port;
      return [await (await factory.peer()).lost(), `at 127.0.0.1:${String(from)}`];
    },
    PlaintextPeerError,
    /^the peer does not speak TLS \(/,
  ],
  [
    'a server that speaks plaintext to TLS',
    async (stage) => {
      const port = stage.listenPlain(new PeerFactory(() => saying('220 mail.example ready\r\n')));
      return [await stage.connect(port, trusting()).lost(), `at 127.0.0.1:${String(port)}`];
    },
    PlaintextPeerError,
    /^the peer does not speak TLS \(/,
  ],
];

function saying(text: string): Peer {
  return new Peer((event, peer) => {
    if (event === 'made') peer.transport.write(text);
  });
}

describe('bad input', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(async () => {
    await stage.clear();
  });

  it.each(CASES)(
    '%s is an error that says what and where, and the rest goes on',
    async (_, outcome, expected, says) => {
      // Two servers beside it, each with a connection that is there before.
      const secure = stage.listen(new PeerFactory(echo), optionsOf(own.pem));
      const plain = stage.listenPlain(new PeerFactory(echo));
      const clients = [
        stage.connect(secure, trusting(), saying('before')),
        stage.connectPlain(plain, saying('before')),
      ];
      for (const client of clients) await client.receives('before');

      const [error, where] = await outcome(stage);

      expect(error).toBeInstanceOf(expected);
      expect((error as Error).constructor).toBe(expected);
      expect((error as Error).message).toMatch(says);
      expect((error as Error).message).toContain(where);
      clients.push(stage.connect(secure, trusting()), stage.connectPlain(plain));
      for (const client of clients) {
        await client.has('made');
        client.transport.write('after');
        await client.receives('after');
      }
    },
  );
});
