/** The listings of the howtos about endpoints, services and reactors, on the simulation; see ./simulatedHowto.test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import { ConnectingCancelledError, ConnectionRefusedError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { ITLSTransport } from '@skein/reactor/interfaces';
import { HOSTILE, LOOPBACK, type NetworkPreset, WIDE_AREA } from '@skein/reactor/simulation';
import { optionsForClientTLS, PrivateCertificate } from '@skein/reactor/ssl';
import {
  clientFromString,
  connectProtocol,
  serverFromString,
  TCP4ClientEndpoint,
  UNIXServerEndpoint,
  wrapServerTLS,
} from '@skein/endpoints';
import { Factory, LineReceiver, Protocol } from '@skein/protocols';

import * as application from '../src/howto/application';
import * as choosing from '../src/howto/choosingReactor';
import * as endpoints from '../src/howto/endpoints';

import { portOf } from './portOf';
import { servedOn, type SimulatedServed } from './simulatedServed';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../../../conformance/fixtures', name));
const certificate = PrivateCertificate.loadPEM(fixture('server.pem'));

const NETWORKS: [string, NetworkPreset][] = [
  ['loopback', LOOPBACK],
  ['wide-area', WIDE_AREA],
  ['hostile', HOSTILE],
];

describe.each(NETWORKS)('the howtos on the simulation, over %s links', (_, preset) => {
  const serving = (body: (server: SimulatedServed) => Promise<void>): Promise<void> =>
    servedOn(preset, (reactor) => endpoints.serve(reactor, 'tcp:0:interface=127.0.0.1'), body);

  describe('endpoints.ts', () => {
    it('ask asks what serve serves, over TCP and over a UNIX socket', () =>
      serving(async ({ sim, reactor, port }) => {
        await sim.runUntil(endpoints.serve(reactor, 'unix:/run/shout.sock'));
        for (const description of [`tcp:127.0.0.1:${port}`, 'unix:/run/shout.sock']) {
          const said: string[] = [];
          void endpoints.ask(reactor, description, 'hello', (text) => said.push(text));
          await sim.runUntil(() => said.length > 0, { limit: 300 });
          expect(said).toEqual(['HELLO']);
        }
      }));

    it('byName finds what forThisMachine serves', () =>
      serving(async ({ sim, reactor }) => {
        const port = await sim.runUntil(
          endpoints.forThisMachine(reactor, 8000).listen(Factory.forProtocol(endpoints.Shout)),
        );
        expect(portOf(port)).toBe(8000);
        const connecting = connectProtocol(endpoints.byName(reactor, 'localhost', 8000), new endpoints.Asker());
        const asker = await sim.runUntil(connecting, { limit: 300 });
        expect(asker).toBeInstanceOf(endpoints.Asker);
      }));

    it('socketIn takes a folder of any name', () =>
      serving(async ({ reactor }) => {
        expect(endpoints.socketIn(reactor, '/run/a:b=c\\d')).toHaveProperty('address', '/run/a:b=c\\d/chat.sock');
      }));

    it('secured speaks TLS behind a proxy, and securely over a UNIX socket', () =>
      serving(async ({ sim, reactor }) => {
        const factory = Factory.forProtocol(endpoints.Shout);
        const options = optionsForClientTLS('localhost', { trustRoot: certificate });
        await sim.runUntil(endpoints.secured(reactor, certificate, 8443).listen(factory));
        const proxied = new Asking('hello\r\n', (transport) => {
          transport.write('PROXY TCP4 203.0.113.7 192.0.2.1 56324 8443\r\n');
          transport.startTLS(options);
        });
        await sim.runUntil(connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', 8443), proxied), {
          limit: 300,
        });
        await sim.runUntil(() => proxied.heard === 'HELLO\r\n', { limit: 300 });

        const socket = new UNIXServerEndpoint(reactor, '/run/secured');
        await sim.runUntil(wrapServerTLS(certificate.options(), socket, { reactor }).listen(factory));
        const local = new Asking('hello\r\n');
        await sim.runUntil(connectProtocol(endpoints.securely(reactor, certificate, '/run/secured'), local), {
          limit: 300,
        });
        await expect(sim.runUntil(() => local.heard === 'HELLO\r\n', { limit: 300 })).resolves.toBeUndefined();
      }));

    it('explained says why there is no connection, and no port', () =>
      serving(async ({ sim, reactor, port }) => {
        const said: string[] = [];
        const say = (text: string) => void said.push(text);
        const there = (host: string, at: number): Deferred =>
          connectProtocol(endpoints.byName(reactor, host, at), new endpoints.Asker());
        for (const trying of [
          there('nowhere.example', 80),
          there('127.0.0.1', 9),
          endpoints.serve(reactor, `tcp:${port}:interface=127.0.0.1`),
        ]) {
          await sim.runUntil(endpoints.explained(trying, say), { limit: 300 });
        }
        expect(said).toEqual(['there is no such host', 'nobody there: ConnectionRefusedError', 'the port is taken']);
      }));

    it('atMost gives up, and leaves no timer when it need not', () =>
      serving(async ({ sim, reactor, port }) => {
        const listener = new TCP4ClientEndpoint(reactor, '127.0.0.1', port);
        expect(await sim.runUntil(endpoints.atMost(reactor, 200, listener), { limit: 300 })).toBeInstanceOf(
          endpoints.Asker,
        );
        expect(reactor.getDelayedCalls()).toEqual([]);
        const failures: Failure[] = [];
        const never: Deferred = endpoints.atMost(reactor, 5, new TCP4ClientEndpoint(reactor, '192.0.2.99', 80));
        never.addErrback((failure) => void failures.push(failure));
        await sim.runUntil(() => failures.length > 0, { limit: 300 });
        expect(failures[0]?.value).toBeInstanceOf(ConnectingCancelledError);
      }));

    it('localParser makes local: a type while it is registered', () =>
      serving(async ({ reactor }) => {
        expect(endpoints.withLocal(reactor)).toMatchObject({ port: 8123, interface: '127.0.0.1' });
        expect(() => serverFromString<string>(reactor, 'local:8123')).toThrow("Unknown endpoint type: 'local'");
        expect(() => endpoints.localParser.parseStreamServer(reactor, [], {})).toThrow('wanted a port');
      }));
  });

  describe('application.ts', () => {
    /** What somebody hears who says something to a port of this host. */
    async function heard({ sim, reactor }: SimulatedServed, description: string): Promise<string> {
      const asking = new Asking('hello\r\n');
      await sim.runUntil(connectProtocol(clientFromString<string>(reactor, description), asking), { limit: 300 });
      await sim.runUntil(() => asking.heard.endsWith('\r\n'), { limit: 300 });
      asking.transport.loseConnection();
      return asking.heard;
    }

    it('makeService counts on every description until it is stopped, and announces both', () =>
      serving(async (served) => {
        const { sim, reactor } = served;
        const service = application.makeService({ reactor, listen: ['tcp:8123:interface=127.0.0.1', 'unix:/run/a'] });
        application.runByHand(reactor, service);
        expect(await heard(served, 'tcp:127.0.0.1:8123')).toBe('1: hello\r\n');
        expect(await heard(served, 'unix:/run/a')).toBe('2: hello\r\n');
        await sim.runUntil(maybeDeferred(() => service.stopService()));
        const gone = clientFromString(reactor, 'tcp:127.0.0.1:8123').connect(Factory.forProtocol(Protocol));
        await expect(sim.runUntil(gone, { limit: 300 })).rejects.toBeInstanceOf(ConnectionRefusedError);
        service.startService(); // it is stopped again when the reactor stops
      }));

    it('everyMinute reports at once, and then each minute', () =>
      serving(async ({ sim, reactor }) => {
        const reports: number[] = [];
        const begun = sim.seconds();
        const timer = application.everyMinute(reactor, () => reports.push(Math.round(sim.seconds() - begun)));
        timer.startService();
        await sim.advance(130);
        await sim.runUntil(timer.stopService());
        expect(reports).toEqual([0, 60, 120]);
      }));

    it('makeApplication is a service with a name and a user', () =>
      serving(async (served) => {
        const counting = application.makeApplication(served.reactor, '8125', 'nobody');
        expect(counting).toMatchObject({ name: 'counting', uid: 'nobody' });
        counting.startService();
        expect(await heard(served, 'tcp:127.0.0.1:8125')).toBe('1: hello\r\n');
        await served.sim.runUntil(counting.stopService());
      }));

    it('servers listens by an endpoint and by a method of the reactor', () =>
      serving(async (served) => {
        const services = application.servers(served.reactor, new application.CountingFactory());
        services.startService();
        expect(await heard(served, 'unix:/run/counting.sock')).toBe('1: hello\r\n');
        expect(await heard(served, 'tcp:127.0.0.1:8124')).toBe('2: hello\r\n');
        await served.sim.runUntil(services.stopService());
      }));

    it('subscription subscribes each time anew, and publish waits for it', () =>
      serving(async ({ sim, reactor }) => {
        const lines: string[] = [];
        const made: Protocol[] = [];
        const factory = Factory.forProtocol(() => {
          const receiver = new LineReceiver();
          receiver.lineReceived = (line) => void lines.push(line);
          made.push(receiver);
          return receiver;
        });
        reactor.listenTCP(8126, factory, { interface: '127.0.0.1' });
        const service = application.subscription(reactor, new TCP4ClientEndpoint(reactor, '127.0.0.1', 8126));
        service.startService();
        void application.publish(service, 'one');
        await sim.runUntil(() => lines.length === 2, { limit: 300 });
        made[0]?.transport.abortConnection();
        await sim.runUntil(() => lines.length === 3, { limit: 300 });
        await sim.runUntil(service.stopService());
        expect(lines).toEqual(['subscribe', 'one', 'subscribe']);
      }));
  });

  describe('choosingReactor.ts', () => {
    it('main and listen serve with the reactor that they are given', () =>
      serving(async ({ sim, reactor }) => {
        for (const port of [choosing.main(reactor, 0), choosing.listen(0, reactor)]) {
          const begun = sim.seconds();
          const client = new Asking('');
          const ended = new Promise<void>((resolve) => (client.connectionLost = () => resolve()));
          const endpoint = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
          await sim.runUntil(connectProtocol(endpoint, client), { limit: 300 });
          await sim.runUntil(ended, { limit: 300 });
          expect(sim.seconds() - begun).toBeGreaterThanOrEqual(10);
        }
      }));
  });
});

/** A client that says something when it is connected, and keeps what it hears. */
class Asking extends Protocol {
  declare transport: ITLSTransport;
  heard = '';
  readonly #text: string;
  readonly #before: (transport: ITLSTransport) => void;

  constructor(text: string, before: (transport: ITLSTransport) => void = () => {}) {
    super();
    this.#text = text;
    this.#before = before;
  }

  override connectionMade(): void {
    this.#before(this.transport);
    this.transport.write(this.#text);
  }

  override dataReceived(data: Buffer): void {
    this.heard += data.toString();
  }
}
