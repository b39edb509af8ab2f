/** Every example runs on the simulation, or there is a reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { installReactor } from '@skein/reactor';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { Simulation } from '@skein/reactor/simulation';
import { ClientFactory, Protocol } from '@skein/protocols';

import { SIMULATED_GUIDE } from './simulatedGuide';

/** Listings that no simulation can run, by file and name, and why. */
const REAL: Record<string, string> = {
  'howto/classics Identd': "reads the machine's own /proc/net/tcp, which knows nothing of simulated connections",
  'howto/classics owner': 'asks for connections of a machine that such an Identd has to know',
  'howto/servers serve': "runs the reactor, which a host's boot has done",
};

/** Examples that no simulation can run, and why. */
const REAL_PROGRAMS: Record<string, string> = {
  webChat: 'its other half is a page in a real browser; the endpoints have simulated tests of their own',
};

/** What of `src` the tests that run on the simulation import, by module. */
function simulated(): Map<string, string> {
  const tests = [
    ...SIMULATED_GUIDE.map((name) => `${name}.test.ts`),
    ...['simulatedHowto.test.ts', 'simulatedHowtoSecured.test.ts', 'simulatedHowtoEndpoints.test.ts'],
    'simulatedCoverage.test.ts',
    ...readdirSync(join(__dirname, 'simulation')).map((name) => `simulation/${name}`),
  ];
  const texts = new Map<string, string>();
  for (const test of tests) {
    const text = readFileSync(join(__dirname, test), 'utf8');
    for (const [, name] of text.matchAll(/\/src\/([\w/]+)'/g)) texts.set(name!, (texts.get(name!) ?? '') + text);
  }
  return texts;
}

const SOURCES = (readdirSync(join(__dirname, '../src'), { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.slice(0, -3));

it.each(SOURCES)('%s runs on the simulation, or there is a reason', (name) => {
  expect(simulated().has(name)).toBe(REAL_PROGRAMS[name] === undefined);
});

/** The functions that are given a reactor or a clock, of all listings of the howtos. */
const PROGRAMS = SOURCES.filter((path) => path.startsWith('howto/')).flatMap((path) => {
  const text = readFileSync(join(__dirname, `../src/${path}.ts`), 'utf8');
  const functions = text.matchAll(/export (?:async )?function (\w+)\([^)]*\b(?:reactor|clock)\b/g);
  return [...functions].map(([, name]) => [path, name!] as const);
});

it.each(PROGRAMS)('%s: %s runs on the simulation, or there is a reason', (path, name) => {
  const runs = new RegExp(`\\b${name}\\b`).test(simulated().get(path) ?? '');
  const isReal = REAL[`${path} ${name}`] !== undefined;
  expect(runs || isReal).toBe(true);
});

it("the README's server echoes on a simulated host whose reactor is installed", async () => {
  const sim = new Simulation();
  const { reactor } = sim.host('server');
  const ports: IListeningPort[] = [];
  const listenTCP = reactor.listenTCP.bind(reactor);
  reactor.listenTCP = (...args) => {
    const port = listenTCP(...args);
    ports.push(port);
    return port;
  };
  reactor.run = () => Promise.resolve(); // the reactor of a host is running
  installReactor(reactor);
  jest.requireActual('../src/firstServer');
  expect(ports.map(String)).toHaveLength(1);

  let heard = '';
  const client = new Protocol();
  client.connectionMade = () => client.transport.write('hello');
  client.dataReceived = (data) => void (heard += data.toString());
  sim.host('client').reactor.connectTCP(
    'server',
    8000,
    ClientFactory.forProtocol(() => client),
  );
  await sim.runUntil(() => heard === 'hello');
});
