import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';

import { runChild } from './children/runChild';
import { hasIPv6, SIGNALS, TCP4, TCP6, unixWorld } from './worlds';

/** Runs one case; it rejects when the driver breaks a rule. */
async function expectCompliance(run: (world: DriverWorld) => Promise<void>, world: DriverWorld): Promise<void> {
  await expect(run(world)).resolves.toBeUndefined();
}

const unix = unixWorld();
afterAll(() => {
  unix.remove();
});

const WORLDS: [string, DriverWorld][] = [
  ['TCP over IPv4', TCP4],
  ...(hasIPv6() ? [['TCP over IPv6', TCP6] as [string, DriverWorld]] : []),
  ['UNIX sockets', unix],
];

describe.each(WORLDS)('NodeDriver with %s', (_, world) => {
  const cases = driverSuite.filter(({ appliesTo }) => appliesTo(world));
  it.each(cases)('$name ($rule)', async ({ run }) => {
    await expectCompliance(run, world);
  });
});

describe(`NodeDriver with TCP over IPv6: ${hasIPv6() ? 'tested' : 'NOT TESTED, this machine has no ::1'}`, () => {
  it('TCP6 is among the worlds exactly when the machine has ::1', () => {
    expect(WORLDS.some(([, world]) => world === TCP6)).toBe(hasIPv6());
  });
});

describe('NodeDriver with signals, in a process of its own', () => {
  it('driverSuite runs without a test framework, and its signal cases pass', async () => {
    const { code, output } = await runChild('signals.ts');
    expect(output.trim().split('\n')).toEqual([
      ...driverSuite.filter(({ rule }) => rule === 'signals').map(({ name }) => `passed: ${name}`),
      'SIGUSR2: 0 listeners left',
      'SIGWINCH: 0 listeners left',
    ]);
    expect(code).toBe(0);
  }, 30_000);
});

describe('driverSuite', () => {
  it('driverSuite has no two cases of one name', () => {
    expect(new Set(driverSuite.map(({ name }) => name)).size).toBe(driverSuite.length);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 'clock', 'start and stop', 'names', 'signals'])(
    'driverSuite has cases for %s',
    (rule) => {
      expect(driverSuite.some((each) => each.rule === rule)).toBe(true);
    },
  );

  it.each(driverSuite.map(({ name, appliesTo }) => [name, appliesTo] as const))(
    'driverSuite runs somewhere: %s',
    (_, appliesTo) => {
      expect([SIGNALS, unix].some(appliesTo)).toBe(true);
    },
  );
});
