/**
 * The seam's contract as a suite of named cases, for every driver and every kind of stream.
 *
 * It is published, and knows no test framework: a driver's tests make a `DriverWorld` and run each case that applies.
 * (Twisted's counterpart in spirit is `twisted.internet.test.reactormixins`: one set of cases, run on every reactor.)
 *
 * Beside what it is about, every case fails on breaches of rules 1, 3 to 7 and 9 that happen on its way. Left out: that a
 * stopped driver does not keep the process alive, and running out of descriptors, which only a process of its own shows;
 * and what a peer is told whose reset comes right behind data, which libuv cannot tell from an end.
 *
 * @example
 * describe('MyDriver', () => {
 *   for (const { name, rule, run } of driverSuite.filter((each) => each.appliesTo(world))) {
 *     it(`${name} (rule ${rule})`, () => run(world));
 *   }
 * });
 */
import { clockCases } from './cases/clockCases';
import { closeCases } from './cases/closeCases';
import { connectCases } from './cases/connectCases';
import { endCases } from './cases/endCases';
import { listenCases } from './cases/listenCases';
import { nameCases } from './cases/nameCases';
import { orderCases } from './cases/orderCases';
import { readCases } from './cases/readCases';
import { signalCases } from './cases/signalCases';
import { startStopCases } from './cases/startStopCases';
import { tlsCases } from './cases/tlsCases';
import { writeCases } from './cases/writeCases';
import type { DriverCase } from './driverCase';

export const driverSuite: readonly DriverCase[] = [
  ...orderCases,
  ...listenCases,
  ...connectCases,
  ...writeCases,
  ...readCases,
  ...endCases,
  ...closeCases,
  ...clockCases,
  ...startStopCases,
  ...nameCases,
  ...signalCases,
  ...tlsCases,
];
