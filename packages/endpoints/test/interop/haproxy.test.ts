/** Descriptions behind the real HAProxy, from Debian: PROXY headers in plain, behind TLS that it ends, and before TLS that it passes on. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Reactor } from '@skein/reactor';
import { ConnectionRefusedError } from '@skein/reactor/error';
import { deferLater } from '@skein/reactor/task';

import { clientFromString, quoteStringArgument as quoted } from '../../src';
import { AUTHORITIES, SERVER_PEM } from '../certificates';
import { portOf } from '../running';

import { type Answer, ask, describeWith, freePort, live, Peer, tell } from './peers';

const PATIENCE_MS = 30_000;
const tcp = 'tcp:0:interface=127.0.0.1';
const identity = `privateKey=${quoted(SERVER_PEM)}`;
const TLS_BEHIND_PROXY = `tls:endpoint=${quoted(`haproxy:${tcp}`)}:${identity}`;

/** Asks through HAProxy, once it is there. Another port is tried when somebody else took the first. */
async function askThrough(
  reactor: Reactor,
  folder: string,
  { bind, option, back, client }: { bind: string; option: string; back: number; client: (port: number) => string },
): Promise<Answer & { readonly front: number }> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const front = await freePort(reactor);
    const file = path.join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      'defaults\n  mode tcp\n  timeout connect 10s\n  timeout client 10s\n  timeout server 10s\n' +
        `listen front\n  bind 127.0.0.1:${front} ${bind}\n  server back 127.0.0.1:${back} ${option}\n`,
    );
    const haproxy = new Peer('haproxy', ['-db', '-f', file]);
    try {
      while (!haproxy.hasEnded) {
        try {
          return { ...(await ask(clientFromString<string>(reactor, client(front)))), front };
        } catch (error) {
          if (!(error instanceof ConnectionRefusedError)) throw error;
          await deferLater(reactor, 0.02, () => null);
        }
      }
      if (!/cannot bind/i.test(haproxy.output)) throw new Error(`haproxy has ended: ${haproxy.output}`);
    } finally {
      await haproxy.end();
    }
  }
  throw new Error('haproxy finds no port');
}

describeWith('haproxy', ['haproxy', '-v'])('haproxy', () => {
  const plain = { bind: '', client: (port: number) => `tcp:127.0.0.1:${port}` };
  const client = (port: number) => `tls:127.0.0.1:${port}:trustRoots=${quoted(AUTHORITIES)}`;
  const ended = { bind: `ssl crt ${SERVER_PEM}`, client };
  const passedOn = { bind: '', client };

  it.each([
    ['in plain, version 1', `haproxy:${tcp}`, { ...plain, option: 'send-proxy' }],
    ['in plain, version 2', `haproxy:${tcp}`, { ...plain, option: 'send-proxy-v2' }],
    ['behind TLS that ends at the proxy, version 1', `haproxy:${tcp}`, { ...ended, option: 'send-proxy' }],
    ['behind TLS that ends at the proxy, version 2', `haproxy:${tcp}`, { ...ended, option: 'send-proxy-v2-ssl-cn' }],
    ['before TLS that is passed on, version 1', TLS_BEHIND_PROXY, { ...passedOn, option: 'send-proxy' }],
    ['before TLS that is passed on, version 2', TLS_BEHIND_PROXY, { ...passedOn, option: 'send-proxy-v2' }],
  ])(
    'serverFromString makes a server that is told the client: %s',
    async (_how, server, way) => {
      await live(async (reactor, folder) => {
        const port = await tell(reactor, server);
        const { text, asker, front } = await askThrough(reactor, folder, { ...way, back: portOf(port) });
        const host = `IPv4Address(type='TCP', host='127.0.0.1', port=${front})`;
        expect(text).toBe(`hello, ${asker} to ${host}`);
      });
    },
    PATIENCE_MS,
  );
});
