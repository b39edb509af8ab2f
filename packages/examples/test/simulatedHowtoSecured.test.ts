/** The rest of the howtos' listings on the simulation: AMP, TLS, time and Deferreds; see ./simulatedHowto.test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Reactor } from '@skein/reactor';
import { Deferred, succeed, TimeoutError } from '@skein/reactor/defer';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { HOSTILE, LOOPBACK, type NetworkPreset, WIDE_AREA } from '@skein/reactor/simulation';
import { optionsForClientTLS, PrivateCertificate } from '@skein/reactor/ssl';
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import * as amp from '@skein/protocols/amp';

import * as howtoAMP from '../src/howto/amp';
import * as defer from '../src/howto/defer';
import * as ssl from '../src/howto/ssl';
import * as time from '../src/howto/time';

import { servedOn, type SimulatedServed } from './simulatedServed';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../../../conformance/fixtures', name));
const server = PrivateCertificate.loadPEM(fixture('server.pem'));
const client = PrivateCertificate.loadPEM(fixture('client.pem'));

const NETWORKS: [string, NetworkPreset][] = [
  ['loopback', LOOPBACK],
  ['wide-area', WIDE_AREA],
  ['hostile', HOSTILE],
];

/** A client that keeps what it is told. */
class Hearing extends Protocol {
  heard = '';
  override dataReceived(data: Buffer): void {
    this.heard += data.toString();
  }
}

describe.each(NETWORKS)('the howtos on the simulation, over %s links', (_, preset) => {
  type Listen = (reactor: Reactor) => IListeningPort;

  const withServer = (listen: Listen, body: (server: SimulatedServed) => Promise<void>): Promise<void> =>
    servedOn(preset, listen, body);

  describe('amp.ts', () => {
    const withCalls = <A extends amp.AMP>(
      listen: Listen,
      calling: A,
      body: (calling: A, server: SimulatedServed) => Promise<void>,
    ): Promise<void> =>
      withServer(listen, async (served) => {
        let made = false;
        calling.connectionMade = () => void (made = true);
        served.reactor.connectTCP(
          '127.0.0.1',
          served.port,
          ClientFactory.forProtocol(() => calling),
        );
        await served.sim.runUntil(() => made);
        await body(calling, served);
      });
    const serving =
      (make: () => amp.AMP): Listen =>
      (reactor) =>
        reactor.listenTCP(0, Factory.forProtocol(make), { interface: '127.0.0.1' });

    it('average and quotient ask the Calculator', () =>
      withCalls(
        (reactor) => howtoAMP.serve(reactor, 0),
        new amp.AMP(),
        async (calling, { sim }) => {
          expect(await sim.runUntil(howtoAMP.average(calling, 1, 2))).toBe(1.5);
          expect(await sim.runUntil(howtoAMP.quotient(calling, 1, 0))).toBe('undefined');
        },
      ));

    it('Worker reports its progress', () => {
      const calling = new amp.AMP();
      const seen: number[] = [];
      howtoAMP.Progress.responder(calling, ({ percent }) => {
        seen.push(percent);
        return {};
      });
      return withCalls(
        serving(() => new howtoAMP.Worker()),
        calling,
        async (_calling, { sim }) => {
          await sim.runUntil(calling.callRemote(howtoAMP.Work));
          expect(seen).toEqual([50, 100]);
        },
      );
    });

    it('upgrade goes on as another protocol', () =>
      withCalls(
        serving(() => new howtoAMP.Upgradable()),
        new amp.AMP(),
        async (calling, { sim }) => {
          const hearing = new Hearing();
          hearing.connectionMade = () => hearing.transport.write('hello');
          howtoAMP.upgrade(calling, hearing);
          await expect(sim.runUntil(() => hearing.heard === 'HELLO')).resolves.toBeUndefined();
        },
      ));

    it('secure goes on encrypted, in the model of TLS', () =>
      withCalls(
        serving(() => new howtoAMP.Secure(server)),
        new amp.AMP(),
        async (calling, { sim }) => {
          await sim.runUntil(howtoAMP.secure(calling, server));
          await expect(sim.runUntil(calling.callRemoteString('NOTHING'))).rejects.toThrow('Unhandled Command');
        },
      ));
  });

  describe('ssl.ts', () => {
    it('greet is echoed by serve, and turned away by whom it does not trust', () =>
      withServer(
        (reactor) => ssl.serve(reactor, 0, fixture('server.pem')),
        async ({ sim, reactor, port }) => {
          const said: string[] = [];
          ssl.greet(reactor, port, server, (text) => said.push(text));
          await sim.runUntil(() => said.length === 2);
          expect(said).toEqual(['echoed: hello', 'done']);
          ssl.greet(reactor, port, client, (text) => said.push(text));
          await sim.runUntil(() => said.length === 3);
          expect(said[2]).toMatch(/self-signed certificate|unable to verify/);
        },
      ));

    it('serveMembers knows a member by its certificate', () =>
      withServer(
        (reactor) => ssl.serveMembers(reactor, 0, server, client),
        async ({ sim, reactor, port }) => {
          const hearing = new Hearing();
          const factory = ClientFactory.forProtocol(() => hearing);
          reactor.connectSSL('127.0.0.1', port, factory, ssl.membership(server, client));
          await expect(sim.runUntil(() => hearing.heard === 'welcome, client.example')).resolves.toBeUndefined();
          hearing.transport.loseConnection();
        },
      ));

    it('serveNegotiating chooses a protocol', () =>
      withServer(
        (reactor) => ssl.serveNegotiating(reactor, 0, server),
        async ({ sim, reactor, port }) => {
          const hearing = new Hearing();
          const options = optionsForClientTLS('localhost', {
            trustRoot: server,
            acceptableProtocols: ['http/1.1', 'h2'],
          });
          reactor.connectSSL(
            '127.0.0.1',
            port,
            ClientFactory.forProtocol(() => hearing),
            options,
          );
          await expect(sim.runUntil(() => hearing.heard === 'we speak h2')).resolves.toBeUndefined();
          hearing.transport.loseConnection();
        },
      ));

    it('serveUpgrading answers in plain that it does not', () =>
      withServer(
        (reactor) => ssl.serveUpgrading(reactor, 0, server.options()),
        async ({ connect }) => {
          const plain = await connect();
          await plain.send('hello\r\n');
          await plain.receivesLine('530 not in plain');
        },
      ));

    it('greetInPrivate talks TLS over a UNIX socket', () =>
      withServer(
        (reactor) => ssl.serve(reactor, 0, fixture('server.pem')),
        async ({ sim, reactor }) => {
          const said: string[] = [];
          ssl.serveInPrivate(reactor, '/run/private', fixture('server.pem'));
          ssl.greetInPrivate(reactor, '/run/private', server, (text) => said.push(text));
          await sim.runUntil(() => said.length === 2);
          expect(said[0]).toBe('echoed: hello');
        },
      ));
  });

  describe('time.ts and defer.ts', () => {
    it('reminder, heartbeat, retry, index and withTimeout take virtual time', () =>
      withServer(
        (reactor) => reactor.listenTCP(0, new Factory(), { interface: '127.0.0.1' }),
        async ({ sim, reactor }) => {
          const begin = sim.seconds();
          const said: string[] = [];
          time.reminder(reactor, (text) => said.push(`${text} after ${Math.round(sim.seconds() - begin)} s`));
          let beats = 0;
          const heart = time.heartbeat(reactor, () => void (beats += 1));
          expect(await sim.runUntil(time.retry(reactor, () => succeed('worked')))).toBe('worked');
          await sim.runUntil(time.index(reactor, ['one', 'two'], (row) => said.push(row)));
          const slow = () =>
            time.retry(reactor, () => defer.withTimeout(() => succeed('x').addCallback(never), reactor));
          await expect(sim.runUntil(slow())).rejects.toThrow(TimeoutError);
          const cancelled = defer.cancel((text) => said.push(text), reactor);
          cancelled.cancel();
          expect(await sim.runUntil(cancelled)).toBe('nothing');
          expect(await sim.runUntil(defer.cancel(nobody, reactor))).toBe('done');
          await sim.advance(30);
          heart.stop();
          expect(said).toEqual(['one', 'two', 'given up', 'time is up after 30 s']);
          expect(beats).toBeGreaterThanOrEqual(4);
        },
      ));
  });
});

const nobody = () => undefined;
/** What has no answer. */
const never = () => new Deferred<string>();
