import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import * as amp from '@skein/protocols/amp';
import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { Certificate, PrivateCertificate } from '@skein/reactor/ssl';

import * as howto from '../../src/howto/amp';

const PEM = join(__dirname, '../../../../conformance/fixtures/server.pem');

/** Runs `body` with two ends of a real connection. */
async function connected<A extends amp.AMP>(
  listen: (reactor: Reactor) => IListeningPort,
  client: A,
  body: (client: A) => Promise<void>,
): Promise<void> {
  const reactor = createNodeReactor();
  const port = listen(reactor);
  const done = reactor.run({ installSignalHandlers: false });
  const lost = new Promise<void>((resolve) => {
    const { connectionLost } = client;
    client.connectionLost = (reason) => {
      connectionLost.call(client, reason);
      resolve();
    };
  });
  try {
    await new Promise<void>((resolve) => {
      client.connectionMade = resolve;
      const factory = ClientFactory.forProtocol(() => client);
      reactor.connectTCP('127.0.0.1', (port.getHost() as IPv4Address).port, factory);
    });
    await body(client);
    client.transport?.loseConnection();
    await lost;
  } finally {
    reactor.stop();
    await done;
  }
}

const serving =
  (make: () => amp.AMP) =>
  (reactor: Reactor): IListeningPort =>
    reactor.listenTCP(0, Factory.forProtocol(make), { interface: '127.0.0.1' });

describe('docs/howto/amp.md', () => {
  it('call and await: the calculator sums, divides, and refuses to divide by zero', async () => {
    await connected(
      (reactor) => howto.serve(reactor, 0),
      new amp.AMP(),
      async (client) => {
        expect(await howto.average(client, 1, 2)).toBe(1.5);
        expect(await howto.quotient(client, 1, 4)).toBe('0.25');
        expect(await howto.quotient(client, 1, 0)).toBe('undefined');
      },
    );
  });

  it('both: the worker reports its progress to the client', async () => {
    const client = new amp.AMP();
    const seen: number[] = [];
    howto.Progress.responder(client, ({ percent }) => {
      seen.push(percent);
      return {};
    });
    await connected(
      serving(() => new howto.Worker()),
      client,
      async () => {
        expect(await client.callRemote(howto.Work)).toEqual({});
        expect(seen).toEqual([50, 100]);
      },
    );
  });

  it('types and argument: what is sent is what comes out', () => {
    const sent = {
      ...{ name: 'Ada', born: new Date(0), serial: 2n ** 64n, price: '1.50', tags: ['x'] },
      known_as: [{ name: 'Countess' }],
    };
    const received = howto.Register.parseArguments(howto.Register.makeArguments(sent, null), null);
    expect(received).toEqual({
      ...sent,
      picture: null,
      born: amp.AmpDateTime.fromDate(new Date(0)),
      known_as: [{ name: 'Countess', since: null }],
    });
    const colour = new howto.Colour();
    expect(colour.fromBytes(colour.toBytes('#00ff7f'))).toBe('#00ff7f');
  });

  it('switch: the connection goes on as another protocol', async () => {
    await connected(
      serving(() => new howto.Upgradable()),
      new amp.AMP(),
      async (client) => {
        const answer = await new Promise<string>((resolve) => {
          const protocol = new Protocol();
          protocol.dataReceived = (data) => resolve(data.toString());
          protocol.connectionMade = () => protocol.transport.write('hello');
          howto.upgrade(client, protocol);
        });
        expect(answer).toBe('HELLO');
      },
    );
  });

  it('tls: the connection goes on encrypted', async () => {
    const certificate = PrivateCertificate.loadPEM(readFileSync(PEM));
    await connected(
      serving(() => new howto.Secure(certificate)),
      new amp.AMP(),
      async (client) => {
        await howto.secure(client, certificate);
        await expect(client.callRemoteString('NOTHING')).rejects.toThrow("Unhandled Command: b'NOTHING'");
        expect(client.peerCertificate.equals(Certificate.loadPEM(readFileSync(PEM)))).toBe(true);
      },
    );
  });
});
