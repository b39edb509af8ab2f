import { HOSTILE, type NetworkPreset, WIDE_AREA } from '../../src/simulation';
import { transportSuite, type TransportWorld } from '../../src/testing/compliance';

import { NODE_TCP, nodeTLS, nodeUNIX, overLinks, simTCP, simTLS, simUNIX } from './worlds';

/** Nothing gets lost: a reset is not sent again, so that a peer with nothing to say would never hear of it. */
function lossless({ link, tcp }: NetworkPreset): NetworkPreset {
  return { link: { ...link, lossRate: 0 }, tcp };
}

const unix = nodeUNIX();
const tls = nodeTLS();
afterAll(() => {
  unix.remove();
});

// Megabytes over links that cut them into pieces of a few bytes, in records besides, are seconds of work for a busy machine.
jest.setTimeout(60_000);

const WORLDS: [string, TransportWorld][] = [
  ['TCP on Node', NODE_TCP],
  ['UNIX sockets on Node', unix],
  ['TLS on Node', tls],
  ['TCP, simulated', simTCP({ link: {}, tcp: {} })],
  ['UNIX sockets, simulated', simUNIX({ link: {}, tcp: {} })],
  ['TLS, simulated', simTLS({ link: {}, tcp: {} })],
];

describe.each(WORLDS)('transports: %s', (_, world) => {
  const cases = transportSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe.each([1n, 2n, 3n])('transports: TCP, simulated, with reads split at random, seed %s', (seed) => {
  const world = simTCP({ link: {}, tcp: { splitRate: 0.5 } }, seed);
  const cases = transportSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe.each([
  ['wide-area links', WIDE_AREA],
  ['hostile links', HOSTILE],
] as const)('transports: TCP, simulated, over %s', (_, preset) => {
  describe.each([1n, 2n])('seed %s', (seed) => {
    const world = overLinks(lossless(preset), seed);
    const cases = transportSuite.filter(({ appliesTo }) => appliesTo(world));
    it.each(cases)('$name ($topic)', async ({ run }) => {
      await expect(run(world)).resolves.toBeUndefined();
    });
  });
});

describe.each([1n, 2n])('transports: TLS, simulated, with reads split at random, seed %s', (seed) => {
  const world = simTLS({ link: {}, tcp: { splitRate: 0.5 } }, seed);
  const cases = transportSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

/** A megabyte is under way, and takes longer over such a link than the half minute that a farewell is waited for. */
const SLOW_FAREWELL = 'ITransport.loseConnection inside dataReceived lets nothing more come';

describe.each([
  ['wide-area links', WIDE_AREA, []],
  ['hostile links', HOSTILE, [SLOW_FAREWELL]],
] as const)('transports: TLS, simulated, over %s', (_, preset, excepted: readonly string[]) => {
  const world = overLinks(lossless(preset), 1n, { secured: true });
  const cases = transportSuite.filter(({ appliesTo, name }) => appliesTo(world) && !excepted.includes(name));
  it.each(cases)('$name ($topic)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

describe('transportSuite', () => {
  it('transportSuite has the case that is excepted', () => {
    expect(transportSuite.map(({ name }) => name)).toContain(SLOW_FAREWELL);
  });

  it('transportSuite has no two cases of one name', () => {
    expect(new Set(transportSuite.map(({ name }) => name)).size).toBe(transportSuite.length);
  });

  it.each(transportSuite.map(({ name, appliesTo }) => [name, appliesTo] as const))(
    'transportSuite runs somewhere: %s',
    (_, appliesTo) => {
      expect([unix, tls].some(appliesTo)).toBe(true);
    },
  );
});
