import { expect as imported } from '@jest/globals';
import { expectTypeOf } from 'expect-type';

import { Deferred, fail, succeed } from '../../../src/defer';
import { ConnectionDone, ConnectionLost } from '../../../src/error';
import { deferredMatchers, extendExpect } from '../../../src/testing/jest';

extendExpect();

/** The message with which an assertion fails. */
function failing(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion held');
}

it.each([
  ['the global expect', expect],
  ["@jest/globals' expect", imported as unknown as typeof expect],
])('extendExpect gives the matchers to %s', (_, expecting) => {
  expecting(succeed(42)).toHaveSucceededWith(42);
  expecting(fail(new ConnectionDone())).toHaveFailedWith(ConnectionDone);
  expecting(new Deferred()).toHaveNoResult();
});

it('extendExpect extends the expect that it is given', () => {
  const extended: unknown[] = [];
  extendExpect({ extend: (matchers) => extended.push(matchers) });
  expect(extended).toEqual([deferredMatchers]);
});

it('toHaveSucceededWith compares as toEqual does, and takes the result', () => {
  const d = succeed({ name: 'x', sizes: [1, 2] });
  expect(d).toHaveSucceededWith({ name: 'x', sizes: [1, expect.any(Number)] });
  expect(d).toHaveSucceededWith(null);
});

it('toHaveSucceededWith says what there is instead', () => {
  expect(failing(() => expect(succeed(1)).toHaveSucceededWith(2))).toMatch(
    /wanted <Deferred.* to have the result .*2.*, but it has the result .*1/s,
  );
  expect(failing(() => expect(new Deferred()).toHaveSucceededWith(2))).toContain('it has no result');
  expect(failing(() => expect(fail(new RangeError('boom'))).toHaveSucceededWith(2))).toMatch(
    /it has failed:.*RangeError: boom/s,
  );
  expect(failing(() => expect(succeed(2)).not.toHaveSucceededWith(2))).toContain('not to have the result');
});

it('toHaveSucceeded asks for any result that is no failure', () => {
  expect(succeed(undefined)).toHaveSucceeded();
  expect(new Deferred()).not.toHaveSucceeded();
  expect(fail(new RangeError())).not.toHaveSucceeded();
});

it('toHaveFailedWith checks the type, and takes the failure: nothing is left unhandled', () => {
  const d = fail(new ConnectionLost());
  expect(d).toHaveFailedWith(ConnectionDone, ConnectionLost);
  expect(d).toHaveSucceededWith(null);
  expect(fail(new RangeError())).toHaveFailedWith();
  expect(fail(new RangeError())).not.toHaveFailedWith(ConnectionDone);
  expect(failing(() => expect(fail(new RangeError('boom'))).toHaveFailedWith(ConnectionDone))).toMatch(
    /to have failed with ConnectionDone, but it has failed:.*RangeError: boom/s,
  );
  expect(failing(() => expect(succeed(1)).toHaveFailedWith(ConnectionDone))).toContain('it has the result');
});

it('toHaveNoResult leaves a result where it is', () => {
  const d = succeed(1);
  expect(failing(() => expect(d).toHaveNoResult())).toMatch(/to have none, but it has the result .*1/);
  expect(d).toHaveSucceededWith(1);
});

it('every matcher refuses what is no Deferred', () => {
  expect(failing(() => expect(Promise.resolve()).toHaveSucceeded())).toContain(
    'wanted a Deferred, not [object Promise]',
  );
  expect(failing(() => expect(1).toHaveNoResult())).toContain('wanted a Deferred, not 1');
});

it('the matchers have types, on both', () => {
  expectTypeOf(expect(succeed(1)).toHaveSucceededWith).parameters.toEqualTypeOf<[unknown]>();
  expectTypeOf(imported(succeed(1)).toHaveSucceededWith).parameters.toEqualTypeOf<[unknown]>();
  expectTypeOf(() => imported(succeed(1)).not.toHaveFailedWith(ConnectionDone, 'RangeError')).toBeFunction();
  expectTypeOf(() => expect(succeed(1)).toHaveFailedWith(ConnectionDone, 'RangeError')).toBeFunction();
  // @ts-expect-error -- there is no such matcher
  expectTypeOf(expect(succeed(1)).toHaveBeenLost).toBeAny();
  expect(Object.keys(deferredMatchers)).toHaveLength(4);
});
