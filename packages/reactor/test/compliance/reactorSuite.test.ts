import { type NamesWorld, reactorSuite, type ReactorWorld } from '../../src/testing/compliance';

import { NODE_TCP, simTCP } from './worlds';

const NODE_NAMES: NamesWorld = {
  known: { name: 'localhost', hosts: ['127.0.0.1'] },
  unknown: 'no..such.name',
};
const SIMULATED_NAMES: NamesWorld = { known: { name: 'host', hosts: ['10.0.0.1'] }, unknown: 'nobody' };

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

describe('reactorSuite', () => {
  it('reactorSuite has no two cases of one name', () => {
    expect(new Set(reactorSuite.map(({ name }) => name)).size).toBe(reactorSuite.length);
  });
});
