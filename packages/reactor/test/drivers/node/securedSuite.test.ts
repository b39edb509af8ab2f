import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';

import { NodeDriver } from '../../../src/drivers/node';
import { OverlaidDriver } from './overlaidDriver';
import { securedDriver } from './securedDriver';
import { TCP4 } from './worlds';

const { tls, ...rest } = TCP4;
const secured: DriverWorld = { ...rest, names: null, makeDriver: () => securedDriver(NodeDriver, tls!) };
const overlaid: DriverWorld = { ...rest, names: null, makeDriver: () => securedDriver(OverlaidDriver, tls!) };

/** What cannot hold for secured streams, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'StreamHandle does nothing after closed(null)': 'it closes during the handshake, which is an error for the peer',
  'IDriver delivers equal inputs in equal orders':
    "what is written waits for the handshakes, and which of several is done first is the kernel's choice",
  'IDriver.stop from inside an event holds the events that were ready with it':
    'it writes before it is connected, and so before it is secured',
};

/** The same for TLS in memory. */
const HANDSHAKE_STOPS = 'a stopped driver does not get on with its handshake, which the case waits for';
const OVERLAID_EXCEPTIONS: Readonly<Record<string, string>> = {
  ...EXCEPTIONS,
  'IDriver.wakeSoon has its turn taken after the events that were ready':
    'what is ready is ciphertext, and Node takes turns with it',
  'IDriver.stop stops one driver and no other': HANDSHAKE_STOPS,
  'IDriver.stop holds what arrives until start': HANDSHAKE_STOPS,
  'StreamHandle.readStop while the driver is stopped holds data back': HANDSHAKE_STOPS,
  'StreamHandle.readStop from inside data that waited for start is obeyed': HANDSHAKE_STOPS,
};

describe.each([
  ['NodeDriver with TLS over TCP', secured, EXCEPTIONS],
  ['NodeDriver with TLS in memory over TCP', overlaid, OVERLAID_EXCEPTIONS],
])('%s', (_, world, exceptions) => {
  it.each(driverSuite.filter(({ appliesTo, name }) => appliesTo(world) && !(name in exceptions)))(
    '$name ($rule)',
    async ({ run }) => {
      await expect(run(world)).resolves.toBeUndefined();
    },
  );
});

describe('NodeDriver.startTLSOver', () => {
  const world: DriverWorld = { ...TCP4, names: null, makeDriver: () => new OverlaidDriver() };
  it.each(driverSuite.filter(({ rule }) => rule === 9))('$name', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

test('securedSuite excepts only cases that there are', () => {
  expect(driverSuite.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(OVERLAID_EXCEPTIONS)));
});
