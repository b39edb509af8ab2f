/** `HostnameEndpoint` on the simulated network: when it attempts what, who wins, and that nothing is left. */
import type { Reactor } from '@skein/reactor';
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { isFailure } from '@skein/reactor/failure';
import type { IHostnameResolver } from '@skein/reactor/interfaces';
import { type SimulatedHost, Simulation } from '@skein/reactor/simulation';
import { Factory } from '@skein/protocols';

import { HostnameEndpoint } from '../../src';
import type { RecordingProtocol } from '../recordingProtocol';
import { RecordingFactory } from '../recordingProtocol';
import { Echo } from '../talking';

import { type Route, type Situation, SITUATIONS } from './situations';

const NAME = 'www.example';

function buildRoute(sim: Simulation, client: SimulatedHost, name: string, route: Route): string {
  const host = sim.host(name, (reactor) => {
    if (route === 'refused') return;
    const factory = Factory.forProtocol(Echo);
    factory.noisy = false;
    reactor.listenTCP(80, factory, { interface: name.startsWith('IPv6') ? '::' : '0.0.0.0' });
  });
  sim.link(client, host).set({ latency: typeof route === 'number' ? route / 2 : 0.01, jitter: 0 });
  if (route === 'dead') sim.partition(client, host);
  const [ipv4, ipv6] = host.addresses;
  return name.startsWith('IPv6') ? ipv6 : ipv4;
}

/** What comes of a situation, in its own terms. */
async function play({ routes, answers, cancelAt, timeout }: Situation) {
  const sim = new Simulation();
  const client = sim.host('client');
  const { reactor } = client;
  const addresses = new Map(
    Object.entries(routes).map(([name, route]) => [name, buildRoute(sim, client, name, route)]),
  );
  const nameOf = (address: string) => [...addresses].find(([, each]) => each === address)?.[0] ?? address;
  const told = answers.map(([at, ...names]) => [at, names.map((name) => addresses.get(name) as string)] as const);
  if (told.length === 1) sim.dns.set(NAME, told[0]![1], { latency: told[0]![0] });
  else reactor.installNameResolver(answering(reactor, told));

  const attempts: [number, string][] = [];
  sim.rule(({ kind, to, attempt }) => {
    if (kind === 'connect' && attempt === 0) attempts.push([sim.seconds(), String(to)]);
    return null;
  });
  const factory = new RecordingFactory();
  const options = { attemptDelay: 0.25, ...(timeout === undefined ? {} : { timeout }) };
  const outcomes: (readonly [at: number, what: unknown])[] = [];
  const connecting = new HostnameEndpoint(reactor, NAME, 80, options).connect(factory);
  connecting.addBoth((result) => {
    outcomes.push([
      sim.seconds(),
      isFailure(result)
        ? result.value.constructor
        : nameOf(((result as RecordingProtocol).transport.getPeer() as IPv4Address).host),
    ]);
    if (!isFailure(result)) (result as RecordingProtocol).transport.loseConnection();
    return null;
  });
  if (cancelAt !== undefined) reactor.callLater(cancelAt, () => connecting.cancel());
  await sim.runUntil(() => outcomes.length > 0, { limit: 60 });
  // All is quiet as soon as it is decided: no timer, no lookup, no attempt.
  const calls = reactor.getDelayedCalls().length;
  await sim.advance(0.001);
  const connectingStill = sim.netstat(client).filter(({ state }) => state === 'connecting').length;
  await sim.advance(60);
  return {
    attempts,
    outcomes,
    left: {
      calls,
      connectingStill,
      sockets: sim.netstat(client).length,
      callsInTheEnd: reactor.getDelayedCalls().length,
    },
    factory,
  };
}

const NOTHING = { calls: 0, connectingStill: 0, sockets: 0, callsInTheEnd: 0 };
/** The simulated clock counts whole microseconds, and a timer is never early: each may add one. */
const exactly = (at: number) => Math.round(at * 1e5) / 1e5;

describe('HostnameEndpoint on a simulated network', () => {
  test.each(SITUATIONS)('connect, $name: attempts at the times of RFC 8305, and nothing is left', async (situation) => {
    const { attempts, outcomes, left, factory } = await play(situation);
    expect(attempts.map(([at, route]) => [exactly(at), route])).toEqual(situation.attempts);
    expect(outcomes.map(([at, what]) => [exactly(at), what])).toEqual([situation.outcome]);
    expect(left).toEqual(NOTHING);
    expect(factory.numPorts).toBe(0);
    const made = typeof situation.outcome[1] === 'string' ? 1 : 0;
    expect(factory.log.filter((entry) => entry === 'buildProtocol')).toHaveLength(made);
  });
});

/** A resolver that tells addresses when it knows them, and is done with the last. */
function answering(reactor: Reactor, told: readonly (readonly [number, readonly string[]])[]): IHostnameResolver {
  return {
    resolveHostName(receiver, name, { portNumber = 0 } = {}) {
      const calls = told.map(([at, hosts], i) =>
        reactor.callLater(at, () => {
          for (const host of hosts) {
            const Address = host.includes(':') ? IPv6Address : IPv4Address;
            receiver.addressResolved(new Address('TCP', host, portNumber));
          }
          if (i === told.length - 1) receiver.resolutionComplete();
        }),
      );
      const resolution = { name, cancel: () => calls.filter((call) => call.active()).forEach((call) => call.cancel()) };
      receiver.resolutionBegan(resolution);
      return resolution;
    },
  };
}
