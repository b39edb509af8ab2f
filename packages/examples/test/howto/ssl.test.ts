import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { type Certificate, PrivateCertificate } from '@skein/reactor/ssl';

import * as howto from '../../src/howto/ssl';

const fixture = (name: string): Buffer => readFileSync(path.join(__dirname, '../../../../conformance/fixtures', name));
const server = PrivateCertificate.loadPEM(fixture('server.pem'));
const client = PrivateCertificate.loadPEM(fixture('client.pem'));

const portOf = (port: IListeningPort): number => (port.getHost() as unknown as { port: number }).port;

async function firstData(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
}

describe('docs/howto/ssl.md', () => {
  let reactor: Reactor;
  let over: Promise<void>;
  beforeEach(() => {
    reactor = createNodeReactor();
    over = reactor.run({ installSignalHandlers: false });
  });
  afterEach(async () => {
    reactor.stop();
    await over;
  });

  /** What a greeter says until it is done. */
  async function said(authority: Certificate, port: number): Promise<string[]> {
    const lines: string[] = [];
    await new Promise<void>((resolve) => {
      howto.greet(reactor, port, authority, (text) => {
        lines.push(text);
        if (!text.startsWith('echoed')) resolve();
      });
    });
    return lines;
  }

  it('server and client: an echo, and a clean end', async () => {
    const port = portOf(howto.serve(reactor, 0, fixture('server.pem')));
    expect(await said(server, port)).toEqual(['echoed: hello', 'done']);
  });

  it('reasons: a server that nobody vouches for', async () => {
    const port = portOf(howto.serve(reactor, 0, fixture('server.pem')));
    expect(await said(client, port)).toEqual([expect.stringMatching(/self-signed certificate|unable to verify/)]);
  });

  it('reasons: a server that is somebody else', async () => {
    const port = portOf(howto.serve(reactor, 0, fixture('client.pem')));
    expect(await said(client, port)).toEqual([expect.stringContaining("wanted 'localhost'")]);
  });

  /** What a client of `node:tls` is told first. */
  async function hears(port: number, options: tls.ConnectionOptions): Promise<string> {
    const socket = tls.connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: fixture('server.crt'),
      ...options,
    });
    const text = await new Promise<string>((resolve) => {
      socket.once('data', (data: Buffer) => resolve(data.toString()));
      socket.once('error', (error: Error) => resolve(error.message));
    });
    socket.destroy();
    return text;
  }

  it('clientCertificate: members are known by name', async () => {
    const port = portOf(howto.serveMembers(reactor, 0, server, client));
    expect(await hears(port, { cert: fixture('client.crt'), key: fixture('client.key') })).toBe(
      'welcome, client.example',
    );
    expect(await hears(port, {})).toMatch(/certificate required|handshake failure|ECONNRESET/);
    expect(howto.membership(server, client).clientConnectionForTLS().context.certificateChain).not.toBeNull();
  });

  it('alpn: the server chooses', async () => {
    const port = portOf(howto.serveNegotiating(reactor, 0, server));
    expect(await hears(port, { ALPNProtocols: ['http/1.1', 'h2'] })).toBe('we speak h2');
    expect(await hears(port, {})).toBe('we speak nothing in particular');
  });

  it('sni: each name has its certificate', () => {
    const options = howto.severalNames(new Map([['client.example', client]]), server);
    expect(options.chooseContext('client.example')?.certificateChain).toBe(client.original.toString());
    expect(options.chooseContext('localhost')).toBeNull();
  });

  it('startTLS: nothing counts that was sent in plain behind the command', async () => {
    const port = portOf(howto.serveUpgrading(reactor, 0, server.options()));
    const raw = net.connect(port, '127.0.0.1');
    raw.write('hello\r\n');
    const refused = await firstData(raw);
    expect(refused).toBe('530 not in plain\r\n');
    raw.write('STARTTLS\r\ninjected\r\n');
    await new Promise((resolve) => raw.once('data', resolve));
    const socket = tls.connect({ socket: raw, servername: 'localhost', ca: fixture('server.crt') });
    socket.write('secret\r\n');
    const answer = await firstData(socket);
    socket.destroy();
    expect(answer).toBe('250 secret, in confidence\r\n');
  });
});
