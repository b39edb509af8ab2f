import { driverSuite, type DriverWorld } from '../../../src/testing/compliance';

import { SecuredDriver } from './securedDriver';
import { TCP4 } from './worlds';

const { tls, ...rest } = TCP4;
const world: DriverWorld = { ...rest, names: null, makeDriver: () => new SecuredDriver(tls!) };

/** What cannot hold for secured streams, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const cases = driverSuite.filter(({ appliesTo, name }) => appliesTo(world) && !(name in EXCEPTIONS));

describe('NodeDriver with TLS over TCP', () => {
  it.each(cases)('$name ($rule)', async ({ run }) => {
    await expect(run(world)).resolves.toBeUndefined();
  });
});
