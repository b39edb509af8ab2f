/**
 * PROXY headers with the real HAProxy, from Debian: those it sends, and those we send to it.
 *
 * Where it is missing its tests are passed over, visibly; in continuous integration they fail.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import type { IAddress, IReactor } from '@skein/reactor/interfaces';

import { ClientFactory, Factory, Protocol } from '../../src';
import type { HAProxyProtocolWrapper } from '../../src/haproxy';
import { HAProxySendingFactory, HAProxyWrappingFactory, type ProxyHeaderOptions } from '../../src/haproxy';

import { describeWith, portOf, quiet, running, withServer } from './debian';

/** Runs `body` while HAProxy runs, with what it is to do on a port. */
async function withHAProxy(
  reactor: IReactor,
  config: (port: number) => string,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skein-haproxy-'));
  const file = path.join(folder, 'haproxy.cfg');
  const defaults = 'defaults\n  timeout connect 10s\n  timeout client 10s\n  timeout server 10s\n';
  try {
    await withServer(
      reactor,
      (port) => {
        writeFileSync(file, `${defaults}${config(port)}`);
        return ['haproxy', '-db', '-f', file];
      },
      body,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Connects, sends `request`, and gives what came back until the end, and this side's address. */
async function ask(
  reactor: IReactor,
  port: number,
  request: string,
  header: ProxyHeaderOptions | null,
): Promise<[answer: string, from: IAddress]> {
  return new Promise((resolve, reject) => {
    let answer = '';
    let from: IAddress | null = null;
    class Asking extends Protocol {
      override connectionMade(): void {
        from = this.transport.getHost();
        this.transport.write(request);
      }
      override dataReceived(data: Buffer): void {
        answer += data.toString();
      }
      override connectionLost(): void {
        resolve([answer, from!]);
      }
    }
    const factory = quiet(ClientFactory.forProtocol(Asking));
    factory.clientConnectionFailed = (_connector, reason) => reject(reason.value);
    const wrapped = header === null ? factory : quiet(new HAProxySendingFactory(factory, header));
    reactor.connectTCP('127.0.0.1', port, wrapped);
  });
}

const FIELDS = { type: 0x02, value: Buffer.from('example.org') };

describeWith('haproxy', ['haproxy', '-v'])('haproxy', () => {
  it.each([
    ['send-proxy', 1],
    ['send-proxy-v2', 2],
    ['send-proxy-v2 proxy-v2-options unique-id', 2],
  ])('HAProxyWrappingFactory is told the client by "%s"', async (option, version) => {
    await running(async (reactor) => {
      const seen: { peer: IAddress; host: IAddress; fields: number[] }[] = [];
      class Telling extends Protocol {
        override dataReceived(data: Buffer): void {
          const wrapper = this.transport as unknown as HAProxyProtocolWrapper;
          const fields = wrapper.proxyInfo!.tlvs.map(({ type }) => type);
          seen.push({ peer: this.transport.getPeer(), host: this.transport.getHost(), fields });
          this.transport.write(`you said ${data.toString()}`);
          this.transport.loseConnection();
        }
      }
      const server = quiet(new HAProxyWrappingFactory(quiet(Factory.forProtocol(Telling))));
      const port = reactor.listenTCP(0, server, { interface: '127.0.0.1' });
      const config = (front: number): string =>
        `listen front\n  mode tcp\n  unique-id-format id%rt\n  bind 127.0.0.1:${front}\n` +
        `  server back 127.0.0.1:${portOf(port)} ${option}\n`;
      await withHAProxy(reactor, config, async (front) => {
        const [answer, from] = await ask(reactor, front, 'hello', null);
        expect(answer).toBe('you said hello');
        expect(seen).toHaveLength(1);
        expect(seen[0]!.peer).toEqual(from);
        expect(seen[0]!.host).toEqual(new IPv4Address('TCP', '127.0.0.1', front));
        // PP2_TYPE_UNIQUE_ID
        expect(seen[0]!.fields).toEqual(option.includes('unique-id') ? [5] : []);
      });
      expect(version).toBe(option.includes('v2') ? 2 : 1);
      await port.stopListening();
    });
  });

  const v4 = [new IPv4Address('TCP', '192.0.2.1', 54321), new IPv4Address('TCP', '198.51.100.7', 80)] as const;
  const v6 = [new IPv6Address('TCP', '2001:db8::1', 54321), new IPv6Address('TCP', '2001:db8::7', 443)] as const;
  it.each<[string, ProxyHeaderOptions, string]>([
    ['IPv4, version 1', { version: 1, source: v4[0], destination: v4[1] }, '192.0.2.1 54321 198.51.100.7 80 '],
    ['IPv6, version 1', { version: 1, source: v6[0], destination: v6[1] }, '2001:db8::1 54321 2001:db8::7 443 '],
    ['IPv4, version 2', { version: 2, source: v4[0], destination: v4[1] }, '192.0.2.1 54321 198.51.100.7 80 '],
    ['IPv6, version 2', { version: 2, source: v6[0], destination: v6[1] }, '2001:db8::1 54321 2001:db8::7 443 '],
    [
      'fields, version 2',
      { source: v4[0], destination: v4[1], tlvs: [FIELDS] },
      '192.0.2.1 54321 198.51.100.7 80 example.org',
    ],
  ])('HAProxySendingFactory is understood: %s', async (_what, header, expected) => {
    await running(async (reactor) => {
      const config = (front: number): string =>
        `listen front\n  mode http\n  bind 127.0.0.1:${front} accept-proxy\n` +
        `  http-request return status 200 content-type text/plain ` +
        `lf-string "%[src] %[src_port] %[dst] %[dst_port] %[fc_pp_authority]"\n`;
      await withHAProxy(reactor, config, async (front) => {
        const [answer] = await ask(reactor, front, 'GET / HTTP/1.0\r\n\r\n', header);
        expect(answer.split('\r\n\r\n')[1]).toBe(expected);
      });
    });
  });

  it('HAProxySendingFactory may speak for itself, in both versions', async () => {
    await running(async (reactor) => {
      const config = (front: number): string =>
        `listen front\n  mode http\n  bind 127.0.0.1:${front} accept-proxy\n` +
        `  http-request return status 200 content-type text/plain lf-string "%[src] %[src_port]"\n`;
      await withHAProxy(reactor, config, async (front) => {
        for (const version of [1, 2] as const) {
          const [answer, from] = await ask(reactor, front, 'GET / HTTP/1.0\r\n\r\n', { version });
          const { host, port } = from as IPv4Address;
          expect(answer.split('\r\n\r\n')[1]).toBe(`${host} ${port}`);
        }
      });
    });
  });
});
