/**
 * Compliance suites: the contracts of this package as named cases, to run on your own implementation.
 *
 * `driverSuite` is the seam's contract, for drivers; `transportSuite` and `reactorSuite` are what protocols and programs see,
 * for a whole reactor. They need no test framework: describe your world, and run each case that applies to it.
 *
 * @example
 * const world: TransportWorld = {
 *   makeReactor: () => new Reactor(new MyDriver()),
 *   listen: (reactor: Reactor, factory) => reactor.listenTCP(0, factory, { interface: '127.0.0.1' }),
 *   connect: (reactor: Reactor, port, factory) =>
 *     reactor.connectTCP('127.0.0.1', (port.getHost() as IPv4Address).port, factory),
 *   drive: (promise) => promise,
 *   traits: TCP_TRAITS,
 * };
 * for (const { name, run } of transportSuite.filter((each) => each.appliesTo(world))) it(name, () => run(world));
 */
export { ComplianceError } from './claims';
export type { ComplianceWorld, ReactorUnderTest } from './complianceWorld';
export type { DriverCase, DriverRule } from './driverCase';
export { driverSuite } from './driverSuite';
export type { DriverWorld, InetWorld, NamesWorld, SignalsWorld, TLSWorld } from './driverWorld';
export type { ReactorCase, ReactorTopic } from './reactorCase';
export { reactorSuite } from './reactorSuite';
export type { ReactorWorld } from './reactorWorld';
export type { TransportCase, TransportTopic } from './transportCase';
export { transportSuite } from './transportSuite';
export { TCP_TRAITS, TLS_TRAITS, type TransportTraits, type TransportWorld, UNIX_TRAITS } from './transportWorld';
