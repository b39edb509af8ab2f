import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';

import { SecuredDriver } from './securedDriver';
import { TCP4 } from './worlds';

const { tls, ...rest } = TCP4;
const world: DriverWorld = { ...rest, names: null, makeDriver: () => new SecuredDriver(tls!) };

/** What cannot hold for secured streams, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'StreamHandle does nothing after closed(null)': 'it closes during the handshake, which is an error for the peer',
  'IDriver delivers equal inputs in equal orders':
    "what is written waits for the handshakes, and which of several is done first is the kernel's choice",
  'IDriver.stop from inside an event holds the events that were ready with it':
    'it writes before it is connected, and so before it is secured',
};

const cases = driverSuite.filter(({ appliesTo, name }) => appliesTo(world) && !(name in EXCEPTIONS));

describe('NodeDriver with TLS over TCP', () => {
  it.each(cases)('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});

test('securedSuite excepts only cases that there are', () => {
  expect(driverSuite.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(EXCEPTIONS)));
});
