/**
 * `@skein/reactor/testing/jest`: Twisted's trial, for jest. Matchers for Deferreds, and a helper that fails tests that leave
 * something behind.
 *
 * Works with jest's globals and with `@jest/globals`; imports neither, so that it asks for no version. Importing it brings the
 * matchers' types.
 *
 * @twisted twisted.trial.unittest
 */
import { deferredMatchers } from './matchers';

export { flushLoggedErrors } from '../../logger';
export {
  DirtyReactorAggregateError,
  type Hooks,
  leaveNothingBehind,
  type LeaveNothingBehindOptions,
} from './leaveNothingBehind';
export type { Leftover } from '../leftovers';
export { deferredMatchers } from './matchers';
export type { DeferredMatchers } from './types';

/**
 * Adds the matchers to `expect`: to the global one, or to the one that is given.
 *
 * @example
 * extendExpect();
 * expect(client.request('one')).toHaveNoResult();
 */
export function extendExpect(
  expect: { extend(matchers: never): void } = (globalThis as unknown as { expect: { extend(matchers: never): void } })
    .expect,
): void {
  expect.extend(deferredMatchers as never);
}
