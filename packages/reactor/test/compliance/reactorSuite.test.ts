import { HOSTILE, LOOPBACK, type NetworkPreset, WIDE_AREA } from '../../src/simulation';
import { type NamesWorld, reactorSuite, type ReactorWorld } from '../../src/testing/compliance';

import { NODE_TCP, overLinks, simTCP } from './worlds';

const NODE_NAMES: NamesWorld = {
  known: { name: 'localhost', hosts: ['127.0.0.1'] },
  unknown: 'no..such.name',
};
const SIMULATED_NAMES: NamesWorld = { known: { name: 'host', hosts: ['10.0.0.1'] }, unknown: 'nobody' };
/** Of the world whose reactors each have a host: the first of them. */
const FIRST_HOST = { name: 'host 1', hosts: ['10.0.0.1'] };

const WORLDS: [string, ReactorWorld][] = [
  ['on Node', { ...NODE_TCP, names: NODE_NAMES }],
  ['simulated', { ...simTCP({ link: {}, tcp: {} }), names: SIMULATED_NAMES }],
];

describe.each(WORLDS)('the reactor, %s', (_, world) => {
  const cases = reactorSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

/** Every reactor on a host of its own, and bad links between them. */
const LINKS: [string, NetworkPreset][] = [
  ['loopback links', LOOPBACK],
  ['wide-area links', WIDE_AREA],
  ['hostile links', HOSTILE],
];

describe.each(LINKS)('the reactor, simulated, over %s', (_, preset) => {
  describe.each([1n, 2n])('seed %s', (seed) => {
    const world: ReactorWorld = { ...overLinks(preset, seed), names: { ...SIMULATED_NAMES, known: FIRST_HOST } };
    const cases = reactorSuite.filter(({ appliesTo }) => appliesTo(world));
    it.each(cases)('$name ($topic)', async ({ run }) => {
      await expect(run(world)).resolves.toBeUndefined();
    });
  });
});

describe.each([LINKS[0], LINKS[2]] as typeof LINKS)('the reactor, simulated, with TLS over %s', (_, preset) => {
  const secured = overLinks(preset, 1n, { secured: true });
  const world: ReactorWorld = { ...secured, names: { ...SIMULATED_NAMES, known: FIRST_HOST } };
  const cases = reactorSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe('reactorSuite', () => {
  it('reactorSuite has no two cases of one name', () => {
    expect(new Set(reactorSuite.map(({ name }) => name)).size).toBe(reactorSuite.length);
  });
});
