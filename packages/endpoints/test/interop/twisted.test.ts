/**
 * Every kind of description with the real Twisted at the other end, as server and as client. WebSockets are Autobahn's, a library on
 * Twisted, which has none; sockets that are inherited have a file of their own, inherited.test.ts.
 */
import path from 'node:path';

import { IPv4Address } from '@skein/reactor/address';
import { HAProxySendingFactory } from '@skein/protocols/haproxy';

import { clientFromString, quoteStringArgument as quoted } from '../../src';
import '../../src/websocket';
import { AUTHORITIES, SERVER_PEM } from '../certificates';
import { portOf } from '../running';

import {
  ask,
  connectFromTwisted,
  describeWith,
  type Descriptions,
  live,
  Peer,
  PYTHON,
  tell,
  twistedServing,
} from './peers';

const PATIENCE_MS = 60_000;

const identity = `privateKey=${quoted(SERVER_PEM)}`;
const tcp = 'tcp:0:interface=127.0.0.1';
const tcp6 = 'tcp6:0:interface=\\:\\:1';
const ssl = `ssl:0:${identity}:interface=127.0.0.1`;
const verified = `hostname=localhost:caCertsDir=${quoted(AUTHORITIES)}`;
const trust = `trustRoots=${quoted(AUTHORITIES)}`;

interface Kinds {
  readonly servers: (folder: string) => Descriptions;
  readonly clients: (folder: string, port: (name: string) => number) => Descriptions;
}

/** What Twisted's servers answer to our clients. */
async function answersOfTwisted({ servers, clients }: Kinds): Promise<Descriptions> {
  return live(async (reactor, folder) => {
    const [command, ...args] = twistedServing(servers(folder));
    const server = new Peer(command, args);
    try {
      const [said] = await server.says(/^\{.*\}$/m);
      const ports = JSON.parse(said) as Record<string, number>;
      const header = {
        source: new IPv4Address('TCP', '192.0.2.1', 54321),
        destination: new IPv4Address('TCP', '198.51.100.7', 80),
      };
      const heard: Record<string, string> = {};
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
}

/** What our servers answer to Twisted's clients. */
async function answersToTwisted({ servers, clients }: Kinds): Promise<Descriptions> {
  return live(async (reactor, folder) => {
    const ports = new Map<string, number>();
    for (const [name, description] of Object.entries(servers(folder))) {
      const port = await tell(reactor, description);
      if (name !== 'unix') ports.set(name, portOf(port));
    }
    return connectFromTwisted(clients(folder, (name) => ports.get(name)!));
  });
}

const FROM_4 = expect.stringMatching(/^hello, IPv4Address\(.*host='127.0.0.1'.*\) to IPv4Address/) as string;

describeWith('python3-twisted', [PYTHON, '-c', 'import twisted'])('Twisted', () => {
  const kinds: Kinds = {
    servers: (folder) => ({
      tcp,
      tcp6,
      unix: `unix:${quoted(path.join(folder, 'socket'))}`,
      ssl,
      'ssl, asked by tls': ssl,
      // The name has an address of either family, and nobody listens at the one that is tried first.
      'ssl, asked by tls, by name': ssl,
      haproxy: `haproxy:${tcp}`,
    }),
    clients: (folder, port) => ({
      tcp: `tcp:127.0.0.1:${port('tcp')}`,
      tcp6: `tcp:\\:\\:1:${port('tcp6')}`,
      unix: `unix:${quoted(path.join(folder, 'socket'))}`,
      ssl: `ssl:127.0.0.1:${port('ssl')}:${verified}`,
      'ssl, asked by tls': `tls:127.0.0.1:${port('ssl, asked by tls')}:${trust}`,
      'ssl, asked by tls, by name': `tls:localhost:${port('ssl, asked by tls, by name')}:${trust}`,
      haproxy: `tcp:127.0.0.1:${port('haproxy')}`,
    }),
  };

  it(
    'clientFromString makes clients of its servers of every kind',
    async () => {
      expect(await answersOfTwisted(kinds)).toEqual({
        tcp: 'hello from Twisted to 127.0.0.1',
        tcp6: 'hello from Twisted to ::1',
        unix: 'hello from Twisted to nobody',
        ssl: 'hello from Twisted to 127.0.0.1',
        'ssl, asked by tls': 'hello from Twisted to 127.0.0.1',
        'ssl, asked by tls, by name': 'hello from Twisted to 127.0.0.1',
        haproxy: 'hello from Twisted to 192.0.2.1',
      });
    },
    PATIENCE_MS,
  );

  it(
    'serverFromString makes servers for its clients of every kind',
    async () => {
      const answers = await answersToTwisted({
        servers: (folder) => ({ ...kinds.servers(folder), tls: `tls:endpoint=${quoted(tcp)}:${identity}` }),
        clients: (folder, port) => ({
          ...kinds.clients(folder, port),
          tls: `tls:127.0.0.1:${port('tls')}:${trust}`,
        }),
      });
      expect(answers).toEqual({
        tcp: FROM_4,
        tcp6: expect.stringMatching(/^hello, IPv6Address\(.*host='::1'.*\) to IPv6Address/) as string,
        unix: expect.stringMatching(/^hello, UNIXAddress\(None\) to UNIXAddress\('.*socket'\)$/) as string,
        ssl: FROM_4,
        'ssl, asked by tls': FROM_4,
        'ssl, asked by tls, by name': FROM_4,
        haproxy: expect.stringMatching(
          /^hello, IPv4Address\(.*host='192.0.2.1', port=54321\) to .*'198.51.100.7'/,
        ) as string,
        tls: FROM_4,
      });
    },
    PATIENCE_MS,
  );
});

describeWith('python3-autobahn', [PYTHON, '-c', 'import autobahn.twisted.websocket'])('Autobahn on Twisted', () => {
  const kinds: Kinds = {
    servers: () => ({ ws: 'ws:0:interface=127.0.0.1', wss: `wss:0:${identity}:interface=127.0.0.1` }),
    clients: (_folder, port) => ({
      ws: `ws:127.0.0.1:${port('ws')}`,
      wss: `wss:127.0.0.1:${port('wss')}:${trust}`,
    }),
  };

  it(
    'clientFromString makes clients of its servers of WebSockets',
    async () => {
      expect(await answersOfTwisted(kinds)).toEqual({
        ws: 'hello from Twisted to 127.0.0.1',
        wss: 'hello from Twisted to 127.0.0.1',
      });
    },
    PATIENCE_MS,
  );

  it(
    'serverFromString makes servers of WebSockets for its clients',
    async () => {
      expect(await answersToTwisted(kinds)).toEqual({ ws: FROM_4, wss: FROM_4 });
    },
    PATIENCE_MS,
  );
});
