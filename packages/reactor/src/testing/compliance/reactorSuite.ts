/**
 * What a reactor promises beside its connections, as a suite of named cases: time, calls from threads, system events, its
 * life from `run` to the end, and names.
 *
 * It is published, and knows no test framework: a reactor's tests make a `ReactorWorld` and run each case that applies.
 * (Twisted's counterparts are `twisted.internet.test.test_core`, `test_time` and `test_threads`.)
 *
 * Beside what it is about, every case fails when an error is logged that it did not cause. Left out: signals, which are the
 * driver's (`driverSuite`), and that a reactor that has ended does not keep the process alive.
 */
import type { ReactorCase } from './reactorCase';
import { lifeCases } from './reactorCases/lifeCases';
import { timeCases } from './reactorCases/timeCases';

export const reactorSuite: readonly ReactorCase[] = [...timeCases, ...lifeCases];
