/** The worlds of the compliance suites: real reactors on Node's sockets, and the same reactor on the simulated network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { IPv4Address, UNIXAddress } from '../../src/address';
import { createNodeReactor } from '../../src/default';
import { SECOND, SimDriver, type SimHost } from '../../src/drivers/sim';
import { settle } from '../../src/drivers/sim/realTurn';
import type { IClientFactory, IListeningPort, IProtocolFactory } from '../../src/interfaces';
import { Reactor } from '../../src/reactor';
import type { NetworkPreset } from '../../src/simulation';
import { toLinkSettings, toTCPSettings } from '../../src/simulation/settings';
import { SimulatedNetwork } from '../../src/simulation/simulatedNetwork';
import { optionsForClientTLS, PrivateCertificate } from '../../src/ssl';
import { TCP_TRAITS, TLS_TRAITS, type TransportWorld, UNIX_TRAITS } from '../../src/testing/compliance';

const fixture = (name: string): string =>
  readFileSync(join(__dirname, '../../../../conformance/fixtures', name), 'latin1');

const REAL = {
  makeReactor: createNodeReactor,
  drive: <T>(promise: Promise<T>): Promise<T> => promise,
};

function tcpPort(port: IListeningPort): number {
  return (port.getHost() as IPv4Address).port;
}

function unixPath(port: IListeningPort): string {
  return (port.getHost() as UNIXAddress).name as string;
}

export const NODE_TCP: TransportWorld = {
  ...REAL,
  traits: TCP_TRAITS,
  listen: (reactor: Reactor, factory) => reactor.listenTCP(0, factory, { interface: '127.0.0.1' }),
  connect: (reactor: Reactor, port, factory) => reactor.connectTCP('127.0.0.1', tcpPort(port), factory),
};

/** UNIX sockets in a directory of their own; `remove` removes it. */
export function nodeUNIX(): TransportWorld & { remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'skein-'));
  let paths = 0;
  return {
    ...REAL,
    traits: UNIX_TRAITS,
    listen: (reactor: Reactor, factory) => reactor.listenUNIX(join(directory, String((paths += 1))), factory),
    connect: (reactor: Reactor, port, factory) => reactor.connectUNIX(unixPath(port), factory),
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function nodeTLS(): TransportWorld {
  const certificate = PrivateCertificate.loadPEM(fixture('server.pem'));
  const server = certificate.options();
  return {
    ...REAL,
    traits: TLS_TRAITS,
    listen: (reactor: Reactor, factory) => reactor.listenSSL(0, factory, server, { interface: '127.0.0.1' }),
    connect: (reactor: Reactor, port, factory) =>
      reactor.connectSSL(
        '127.0.0.1',
        tcpPort(port),
        factory,
        optionsForClientTLS('localhost', { trustRoot: certificate }),
      ),
  };
}

/** Where a simulated case gives up: the time goes on, but nothing comes of it. */
const MOST_EVENTS = 500_000;

/** A simulated network, and what has its time go on until a promise settles. */
function simulated(preset: NetworkPreset, seed: bigint) {
  const network = new SimulatedNetwork({
    seed,
    calm: false,
    link: toLinkSettings(preset.link),
    tcp: toTCPSettings(preset.tcp),
    lookUpLatency: 1000,
    traceCapacity: 100,
    busyLimit: 100_000,
  });
  return {
    network,
    async drive<T>(promise: Promise<T>): Promise<T> {
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      promise.then(end, end);
      await settle();
      let events = 0;
      while (!isOver && network.clock.step()) {
        if (++events > MOST_EVENTS) throw new Error(`too many events: ${network.trace.text({ last: 12 })}`);
        await settle();
      }
      if (!isOver) throw new Error(`nothing is to happen any more, at ${String(network.clock.now / SECOND)} s`);
      return promise;
    },
  };
}

/** The same world with TLS: ports and connections are secured. */
function secured(world: TransportWorld, host: (reactor: Reactor) => string): TransportWorld {
  const certificate = PrivateCertificate.loadPEM(fixture('server.pem'));
  const server = certificate.options();
  const client = optionsForClientTLS('localhost', { trustRoot: certificate });
  return {
    ...world,
    traits: TLS_TRAITS,
    listen: (reactor: Reactor, factory) => reactor.listenSSL(0, factory, server, { interface: host(reactor) }),
    connect(reactor: Reactor, port, factory) {
      const address = port.getHost() as IPv4Address;
      return reactor.connectSSL(address.host, address.port, factory, client);
    },
  };
}

/** Every reactor is a process of one host. */
function oneHost(preset: NetworkPreset, seed: bigint) {
  const { network, drive } = simulated(preset, seed);
  const host = network.addHost('host');
  return { drive, makeReactor: () => new Reactor(new SimDriver(network, host)) };
}

/** Every reactor has a host of its own. What is under way on bad links may take long; it costs no real time. */
export function overLinks(preset: NetworkPreset, seed: bigint, options: { secured?: boolean } = {}): TransportWorld {
  const { network, drive } = simulated(preset, seed);
  const hosts = new Map<Reactor, SimHost>();
  const addressOf = (reactor: Reactor): string => (hosts.get(reactor) as SimHost).addresses[0];
  const world: TransportWorld = {
    drive,
    makeReactor() {
      const host = network.addHost(`host ${String(hosts.size + 1)}`);
      const reactor = new Reactor(new SimDriver(network, host));
      hosts.set(reactor, host);
      return reactor;
    },
    traits: TCP_TRAITS,
    listen: (reactor: Reactor, factory) => reactor.listenTCP(0, factory, { interface: addressOf(reactor) }),
    connect(reactor: Reactor, port, factory) {
      const { host, port: number } = port.getHost() as IPv4Address;
      return reactor.connectTCP(host, number, factory);
    },
    lull: 5,
    patience: 3600,
  };
  return options.secured === true ? secured(world, addressOf) : world;
}

export function simTLS(preset: NetworkPreset, seed = 1n): TransportWorld {
  return secured(simTCP(preset, seed), () => '127.0.0.1');
}

export function simTCP(preset: NetworkPreset, seed = 1n): TransportWorld {
  return {
    ...oneHost(preset, seed),
    traits: TCP_TRAITS,
    listen: (reactor: Reactor, factory: IProtocolFactory) => reactor.listenTCP(0, factory, { interface: '127.0.0.1' }),
    connect: (reactor: Reactor, port: IListeningPort, factory: IClientFactory) =>
      reactor.connectTCP('127.0.0.1', tcpPort(port), factory),
  };
}

export function simUNIX(preset: NetworkPreset, seed = 1n): TransportWorld {
  let paths = 0;
  return {
    ...oneHost(preset, seed),
    traits: UNIX_TRAITS,
    listen: (reactor: Reactor, factory: IProtocolFactory) =>
      reactor.listenUNIX(`/run/${String((paths += 1))}`, factory),
    connect: (reactor: Reactor, port: IListeningPort, factory: IClientFactory) =>
      reactor.connectUNIX(unixPath(port), factory),
  };
}
