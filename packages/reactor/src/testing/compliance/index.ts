/**
 * Compliance suites: the contracts of this package as named cases, to run on your own implementation.
 *
 * So far the seam's (`driverSuite`). They need no test framework; see each suite for how to run it.
 */
export { ComplianceError } from './claims';
export type { DriverCase, DriverRule } from './driverCase';
export { driverSuite } from './driverSuite';
export type { DriverWorld, InetWorld, NamesWorld, SignalsWorld, TLSWorld } from './driverWorld';
