/**
 * Recording where Deferreds are made and fired.
 *
 * @twisted twisted.internet.defer.setDebugging, getDebugging
 *
 * The stacks appear in `AlreadyCalledError` and in reports of unhandled errors. It costs a stack for each Deferred made and
 * fired, so it is off unless asked for.
 */
import { Deferred } from './deferred';

/** Turns the recording on or off, for Deferreds made from now on. */
export function setDebugging(on: boolean): void {
  Deferred.debug = on;
}

/** Whether stacks are recorded. */
export function getDebugging(): boolean {
  return Deferred.debug;
}
