/**
 * The matchers' types, for the `expect` of `@jest/globals` and for the global one of `@types/jest`.
 */
// Brings the module in whose interface is added to: it comes with jest.
import type {} from 'expect';

import type { ErrorType } from '../../failure';

/** What `deferredMatchers` adds to `expect(deferred)`. `R`: what a matcher returns. */
export interface DeferredMatchers<R> {
  /** The Deferred has a result now, and it is no failure. */
  toHaveSucceeded(): R;
  /** The Deferred has a result now that equals `expected` (as by `toEqual`; asymmetric matchers may be in it). */
  toHaveSucceededWith(expected: unknown): R;
  /** The Deferred has failed by now, with one of the types; without types, with anything. */
  toHaveFailedWith(...errorTypes: readonly ErrorType[]): R;
  /** The Deferred has no result yet. */
  toHaveNoResult(): R;
}

/* eslint-disable @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars, @typescript-eslint/no-namespace --
   both are declared elsewhere, in that shape: what is added merges with it */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends DeferredMatchers<R> {}
}

declare global {
  namespace jest {
    interface Matchers<R, T = {}> extends DeferredMatchers<R> {}
  }
}
