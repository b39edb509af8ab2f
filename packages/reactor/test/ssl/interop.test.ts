import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { ConnectionDone, ConnectionLost } from '../../src/error';
import {
  Certificate,
  CertificateOptions,
  optionsForClientTLS,
  TLSError,
  TLSVersion,
  UntrustedCertificateError,
} from '../../src/ssl';

import { describeWith, describeWithTwisted, PYTHON } from '../live/foreign';

import { Authority } from './authority';
import { echo, Peer, PeerFactory, Stage } from './securedPeers';

const NAMES = 'DNS:localhost,IP:127.0.0.1';

let authority: Authority;
let stage: Stage;
let files: ReturnType<Authority['files']>;
let clientFiles: ReturnType<Authority['files']>;
const children: ChildProcess[] = [];

beforeAll(() => {
  authority = new Authority();
  files = authority.files('Server', { names: NAMES });
  clientFiles = authority.files('Client', { names: 'DNS:client.example' });
});
afterAll(() => {
  authority.remove();
});
beforeEach(() => {
  stage = new Stage();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await stage.clear();
});

/** A program that runs beside the test. */
class Program {
  output = '';
  readonly #child: ChildProcess;

  constructor(command: string, ...args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('latin1');
      stream.on('data', (text: string) => {
        this.output += text;
      });
    }
    child.stdin.on('error', () => undefined);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits until `pattern` is in what it said. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let i = 0; i < 500; i++) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`it did not say ${String(pattern)}, but: ${this.output}`);
  }
}

const server = (more: ConstructorParameters<typeof CertificateOptions>[0] = {}): CertificateOptions => {
  const own = authority.sign('Server', { names: NAMES });
  return new CertificateOptions({ privateKey: own.privateKey, certificate: own, ...more });
};
const client = (more: Parameters<typeof optionsForClientTLS>[1] = {}): ReturnType<typeof optionsForClientTLS> =>
  optionsForClientTLS('localhost', { trustRoot: authority.certificate, ...more });

describe('openssl s_client against listenSSL', () => {
  function connect(port: number, ...args: string[]): Program {
    const verify = ['-CAfile', authority.certificateFile, '-verify_return_error', '-verify_hostname', 'localhost'];
    return new Program('openssl', 's_client', '-connect', `127.0.0.1:${String(port)}`, ...verify, ...args);
  }

  it.each([
    ['-tls1_3', 'TLSv1.3'],
    ['-tls1_2', 'TLSv1.2'],
  ])('verifies the server, agrees on a protocol and echoes (%s)', async (flag, version) => {
    const port = stage.listen(new PeerFactory(echo), server({ acceptableProtocols: ['h2', 'http/1.1'] }));
    const program = connect(port, flag, '-alpn', 'http/1.1,h2', '-servername', 'localhost');
    await program.says(/Verify return code: 0 \(ok\)/);
    program.type('marco polo\n');
    await program.says(/marco polo/);
    expect(program.output).toContain(`New, ${version}`);
    expect(program.output).toContain('ALPN protocol: h2');
  });

  it('sees the certificate of the name that it asks for', async () => {
    const other = authority.sign('Other', { names: 'DNS:other.example' }).options();
    const port = stage.listen(
      new PeerFactory(),
      server({ chooseContext: (name) => (name === 'other.example' ? other : null) }),
    );
    const address = `127.0.0.1:${String(port)}`;
    await new Program('openssl', 's_client', '-connect', address, '-servername', 'other.example').says(
      /subject=CN = Other/,
    );
    await new Program('openssl', 's_client', '-connect', address, '-noservername').says(/subject=CN = Server/);
  });

  it.each(['-tls1', '-tls1_1'])('is refused with %s', async (flag) => {
    const peers = new PeerFactory();
    const program = connect(stage.listen(peers, server()), flag, '-cipher', 'ALL:@SECLEVEL=0');
    expect(await (await peers.peer()).lost()).toMatchObject({ name: 'TLSError', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' });
    await program.says(/alert protocol version|wrong version number/);
  });

  it('is told why: an alert that says what the client has done wrong', async () => {
    const peers = new PeerFactory();
    const program = connect(stage.listen(peers, server({ trustRoot: authority.certificate })), '-tls1_2');
    expect(await (await peers.peer()).lost()).toBeInstanceOf(TLSError);
    await program.says(/alert handshake failure/);
  });

  it('tells a server that it rejects its certificate', async () => {
    const stranger = new Authority('Stranger');
    const certificate = stranger.sign('x', { names: NAMES });
    stranger.remove();
    const peers = new PeerFactory();
    connect(stage.listen(peers, certificate.options()));
    expect(await (await peers.peer()).lost()).toMatchObject({
      name: 'TLSError',
      message: expect.stringMatching(/^tlsv1 alert unknown ca, at 127\./) as unknown,
    });
  });

  it('resumes a session', async () => {
    const port = stage.listen(new PeerFactory(echo), server({ enableSessions: true }));
    const program = connect(port, '-tls1_2', '-reconnect');
    await program.says(/(Reused, TLSv1\.2[^]*){5}/);
  });

  it('says farewell, and is told so', async () => {
    const peers = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event === 'handshake') peer.transport.loseConnection();
        }),
    );
    const program = connect(stage.listen(peers, server()));
    expect(await (await peers.peer()).lost()).toBeInstanceOf(ConnectionDone);
    await program.says(/closed/);
  });
});

describe('connectSSL against openssl s_server', () => {
  /** Its port. */
  async function serve(...args: string[]): Promise<[program: Program, port: number]> {
    const identity = ['-cert', files.certificate, '-key', files.key];
    const program = new Program('openssl', 's_server', '-accept', '127.0.0.1:0', ...identity, ...args);
    const [, port] = await program.says(/ACCEPT 127\.0\.0\.1:(\d+)/);
    return [program, Number(port)];
  }

  it.each([
    ['-tls1_3', 'TLSv1.3'],
    ['-tls1_2', 'TLSv1.2'],
  ])('verifies, agrees on a protocol, and exchanges data (%s)', async (flag, version) => {
    const [program, port] = await serve(flag, '-alpn', 'h2');
    const peer = stage.connect(port, client({ acceptableProtocols: ['http/1.1', 'h2'] }));
    await peer.has('handshake');
    expect(peer.transport.tlsInfo?.version).toBe(version);
    expect(peer.transport.negotiatedProtocol).toBe('h2');
    expect(Certificate.peerFromTransport(peer.transport).getSubject().CN).toBe('Server');
    peer.transport.write('ping\n');
    await program.says(/ping/);
    program.type('pong\n');
    await peer.receives('pong\n');
  });

  it('tells it the name that is meant, and gets the certificate for it', async () => {
    const other = authority.files('Other', { names: 'DNS:other.example' });
    const [, port] = await serve('-servername', 'other.example', '-cert2', other.certificate, '-key2', other.key);
    const options = optionsForClientTLS('other.example', { trustRoot: authority.certificate });
    const peer = stage.connect(port, options);
    await peer.has('handshake');
    expect(Certificate.peerFromTransport(peer.transport).getSubject().CN).toBe('Other');
  });

  it('shows a client certificate', async () => {
    const [program, port] = await serve('-Verify', '1', '-CAfile', authority.certificateFile, '-verify_return_error');
    const clientCertificate = authority.sign('Client', { names: 'DNS:client.example' });
    const peer = stage.connect(port, client({ clientCertificate }));
    await peer.has('handshake');
    await program.says(/subject=CN = Client/);
  });

  it('rejects a certificate that leads nowhere, and sends nothing', async () => {
    const [program, port] = await serve();
    const peer = stage.connect(
      port,
      optionsForClientTLS('localhost'),
      new Peer((event, { transport }) => {
        if (event === 'made') transport.write('secret\n');
      }),
    );
    expect(await peer.lost()).toBeInstanceOf(UntrustedCertificateError);
    expect(program.output).not.toContain('secret');
  });

  it('rejects an old version', async () => {
    const [, port] = await serve('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0');
    expect(await stage.connect(port, client()).lost()).toBeInstanceOf(TLSError);
    const [, newer] = await serve('-tls1_2');
    const extraCertificateOptions = { raiseMinimumTo: TLSVersion.TLSv1_3 };
    expect(await stage.connect(newer, client({ extraCertificateOptions })).lost()).toBeInstanceOf(TLSError);
  });

  it('is told ConnectionLost when the server is killed', async () => {
    const [, port] = await serve();
    const peer = stage.connect(port, client());
    await peer.has('handshake');
    for (const child of children) child.kill('SIGKILL');
    expect(await peer.lost()).toBeInstanceOf(ConnectionLost);
  });
});

const twisted = (...args: string[]): Program => new Program(PYTHON, path.join(__dirname, 'twistedPeer.py'), ...args);

describeWithTwisted()('Twisted', () => {
  it('its client is served with TLS, and shows its certificate', async () => {
    const peers = new PeerFactory(echo);
    const port = stage.listen(peers, server({ trustRoot: authority.certificate }));
    const program = twisted('client-tls', String(port), authority.certificateFile, clientFiles.pem);
    await program.says(/echoed\nlost ConnectionDone\n/);
    const peer = await peers.peer();
    expect(await peer.lost()).toBeInstanceOf(ConnectionDone);
    expect(Certificate.peerFromTransport(peer.transport).getSubject().CN).toBe('Client');
  });

  it('its client is served with startTLS', async () => {
    const peers = new PeerFactory(
      () =>
        new Peer((event, peer) => {
          if (event !== 'data' || peer.received !== 'STARTTLS\r\n') return;
          peer.received = '';
          peer.react = echo().react;
          peer.transport.write('go\r\n');
          peer.transport.startTLS(server());
        }),
    );
    const program = twisted('client-starttls', String(stage.listenPlain(peers)), authority.certificateFile);
    await program.says(/echoed\nlost ConnectionDone\n/);
    expect(await (await peers.peer()).lost()).toBeInstanceOf(ConnectionDone);
  });

  it('its server serves connectSSL, and sees the client certificate', async () => {
    const program = twisted('server-tls', files.pem, authority.certificateFile);
    const [port] = await program.says(/^\d+/);
    const clientCertificate = authority.sign('Client', { names: 'DNS:client.example' });
    const long = 'y'.repeat(300_000);
    const peer = stage.connect(
      Number(port),
      client({ clientCertificate }),
      new Peer((event, { transport, received }) => {
        if (event === 'made') transport.write(long);
        if (received.length === long.length) transport.loseConnection();
      }),
    );
    expect(await peer.lost()).toBeInstanceOf(ConnectionDone);
    expect(peer.received).toBe(long);
    await program.says(/peer Client\nlost ConnectionDone\n/);
  });

  it('its server keeps a client out that shows no certificate', async () => {
    const program = twisted('server-tls', files.pem, authority.certificateFile);
    const [port] = await program.says(/^\d+/);
    expect(await stage.connect(Number(port), client()).lost()).toBeInstanceOf(TLSError);
    await program.says(/lost Error\n/);
  });

  it('its server is secured by startTLS', async () => {
    const program = twisted('server-starttls', files.pem);
    const [port] = await program.says(/^\d+/);
    const peer = new Peer((event, self) => {
      if (event === 'made') self.transport.write('STARTTLS\r\n');
      if (event !== 'data') return;
      if (self.received === 'go\r\n') {
        self.received = '';
        self.transport.startTLS(client());
        self.transport.write('hidden');
      } else if (self.received === 'hidden') self.transport.loseConnection();
    });
    stage.connectPlain(Number(port), peer);
    expect(await peer.lost()).toBeInstanceOf(ConnectionDone);
    expect(peer.events).toEqual(['made', 'data', 'handshake', 'data', 'lost']);
    await program.says(/lost ConnectionDone/);
  });
});

describeWith(
  'socat',
  ['-V'],
  'socat version',
)('socat', () => {
  it('is served with TLS, verifies the server, and shows its certificate', async () => {
    const peers = new PeerFactory(echo);
    const port = stage.listen(peers, server({ trustRoot: authority.certificate }));
    const files = `cafile=${authority.certificateFile},cert=${clientFiles.pem}`;
    const program = new Program('socat', '-', `OPENSSL:127.0.0.1:${String(port)},commonname=localhost,${files}`);
    program.type('marco polo\n');
    await program.says(/marco polo\n/);
    const peer = await peers.peer();
    expect(Certificate.peerFromTransport(peer.transport).getSubject().CN).toBe('Client');
  });

  it('serves connectSSL, and sends back hundreds of kilobytes', async () => {
    const identity = `cert=${files.pem},verify=0`;
    const program = new Program('socat', '-d', '-d', `OPENSSL-LISTEN:0,bind=127.0.0.1,${identity}`, 'EXEC:cat');
    const [, port] = await program.says(/listening on AF=\d+ \S+:(\d+)/);
    const long = 'z'.repeat(300_000);
    const peer = stage.connect(
      Number(port),
      client(),
      new Peer((event, { transport }) => {
        if (event === 'made') transport.write(long);
      }),
    );
    await peer.until(() => peer.received.length >= long.length);
    peer.transport.loseConnection();
    expect(await peer.lost()).toBeInstanceOf(ConnectionDone);
    expect(peer.received).toBe(long);
  });
});
