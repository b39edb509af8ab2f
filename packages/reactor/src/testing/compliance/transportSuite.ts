/**
 * What a stream transport promises, as a suite of named cases through a reactor's public interface: for every reactor, every
 * driver beneath it, and every kind of stream.
 *
 * It is published, and knows no test framework: a reactor's tests make a `TransportWorld` and run each case that applies.
 * (Twisted's counterparts are `twisted.internet.test.connectionmixins` and `test_tcp`'s builders.)
 *
 * Beside what it is about, every case fails when a protocol is not made once and first and lost once and last, is told of
 * anything while it is paused or from inside a call of its transport, receives other bytes than were sent, or when an error
 * is logged that the case did not cause. Where the real world is not determined, a case permits a set of outcomes.
 *
 * @example
 * describe('MyReactor with TCP', () => {
 *   for (const { name, topic, run } of transportSuite.filter((each) => each.appliesTo(world))) {
 *     it(`${name} (${topic})`, () => run(world));
 *   }
 * });
 */
import type { TransportCase } from './transportCase';
import { dataCases } from './transportCases/dataCases';
import { exceptionCases } from './transportCases/exceptionCases';
import { flowCases } from './transportCases/flowCases';
import { halfCloseCases } from './transportCases/halfCloseCases';
import { loseCases } from './transportCases/loseCases';
import { portCases } from './transportCases/portCases';
import { producerCases } from './transportCases/producerCases';
import { setUpCases } from './transportCases/setUpCases';

export const transportSuite: readonly TransportCase[] = [
  ...setUpCases,
  ...dataCases,
  ...loseCases,
  ...flowCases,
  ...producerCases,
  ...halfCloseCases,
  ...exceptionCases,
  ...portCases,
];
