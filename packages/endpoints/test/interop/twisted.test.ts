/** Every kind of description with the real Twisted at the other end, as server and as client. */
import path from 'node:path';

import { IPv4Address } from '@skein/reactor/address';
import { HAProxySendingFactory } from '@skein/protocols/haproxy';

import { clientFromString, quoteStringArgument as quoted } from '../../src';
import { AUTHORITIES, SERVER_PEM } from '../certificates';
import { portOf } from '../running';

import { ask, describeWith, live, Peer, PYTHON, run, tell } from './peers';

const PATIENCE_MS = 60_000;
const PEER = path.join(__dirname, 'peer.py');

const identity = `privateKey=${quoted(SERVER_PEM)}`;
const tcp = 'tcp:0:interface=127.0.0.1';
const tcp6 = 'tcp6:0:interface=\\:\\:1';
const ssl = `ssl:0:${identity}:interface=127.0.0.1`;
const verified = `hostname=localhost:caCertsDir=${quoted(AUTHORITIES)}`;
const trust = `trustRoots=${quoted(AUTHORITIES)}`;

type Descriptions = Record<string, string>;
const servers = (folder: string): Descriptions => ({
  tcp,
  tcp6,
  unix: `unix:${quoted(path.join(folder, 'socket'))}`,
  ssl,
  'ssl, asked by tls': ssl,
  haproxy: `haproxy:${tcp}`,
});
const clients = (folder: string, port: (name: string) => number): Descriptions => ({
  tcp: `tcp:127.0.0.1:${port('tcp')}`,
  tcp6: `tcp:\\:\\:1:${port('tcp6')}`,
  unix: `unix:${quoted(path.join(folder, 'socket'))}`,
  ssl: `ssl:127.0.0.1:${port('ssl')}:${verified}`,
  'ssl, asked by tls': `tls:127.0.0.1:${port('ssl, asked by tls')}:${trust}`,
  haproxy: `tcp:127.0.0.1:${port('haproxy')}`,
});

describeWith('python3-twisted', [PYTHON, '-c', 'import twisted'])('Twisted', () => {
  it(
    'clientFromString makes clients of its servers of every kind',
    async () => {
      const answers = await live(async (reactor, folder) => {
        const server = new Peer(PYTHON, [PEER, 'serve', JSON.stringify(servers(folder))]);
        try {
          const [said] = await server.says(/^\{.*\}$/m);
          const ports = JSON.parse(said) as Record<string, number>;
          const header = {
            source: new IPv4Address('TCP', '192.0.2.1', 54321),
            destination: new IPv4Address('TCP', '198.51.100.7', 80),
          };
          const heard: Descriptions = {};
          for (const [name, client] of Object.entries(clients(folder, (each) => ports[each]!))) {
            const { text } = await ask(clientFromString<string>(reactor, client), (factory) =>
              name === 'haproxy' ? new HAProxySendingFactory(factory, header) : factory,
            );
            heard[name] = text;
          }
          return heard;
        } finally {
          await server.end();
        }
      });
      expect(answers).toEqual({
        tcp: 'hello from Twisted to 127.0.0.1',
        tcp6: 'hello from Twisted to ::1',
        unix: 'hello from Twisted to nobody',
        ssl: 'hello from Twisted to 127.0.0.1',
        'ssl, asked by tls': 'hello from Twisted to 127.0.0.1',
        haproxy: 'hello from Twisted to 192.0.2.1',
      });
    },
    PATIENCE_MS,
  );

  it(
    'serverFromString makes servers for its clients of every kind',
    async () => {
      const answers = await live(async (reactor, folder) => {
        const all = { ...servers(folder), tls: `tls:endpoint=${quoted(tcp)}:${identity}` };
        const ports = new Map<string, number>();
        for (const [name, description] of Object.entries(all)) {
          const port = await tell(reactor, description);
          if (name !== 'unix') ports.set(name, portOf(port));
        }
        const asked = {
          ...clients(folder, (name) => ports.get(name)!),
          tls: `tls:127.0.0.1:${ports.get('tls')}:${trust}`,
        };
        return JSON.parse(await run(PYTHON, PEER, 'connect', JSON.stringify(asked))) as Descriptions;
      });
      const from4 = expect.stringMatching(/^hello, IPv4Address\(.*host='127.0.0.1'.*\) to IPv4Address/) as string;
      expect(answers).toEqual({
        tcp: from4,
        tcp6: expect.stringMatching(/^hello, IPv6Address\(.*host='::1'.*\) to IPv6Address/) as string,
        unix: expect.stringMatching(/^hello, UNIXAddress\(None\) to UNIXAddress\('.*socket'\)$/) as string,
        ssl: from4,
        'ssl, asked by tls': from4,
        haproxy: expect.stringMatching(
          /^hello, IPv4Address\(.*host='192.0.2.1', port=54321\) to .*'198.51.100.7'/,
        ) as string,
        tls: from4,
      });
    },
    PATIENCE_MS,
  );
});
