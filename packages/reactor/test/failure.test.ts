import { runInNewContext } from 'node:vm';
import { inspect } from 'node:util';

import { ConnectionDone, ConnectionLost } from '../src/error';
import { DefaultException, Failure, NoCurrentExceptionError } from '../src/failure';
import type * as FailureModule from '../src/failure';

class ErrA extends Error {
  override readonly name: string = 'ErrA';
}
class ErrB extends ErrA {
  override readonly name: string = 'ErrB';
}

describe('Failure', () => {
  it('Failure.value is the error itself, with its cause', () => {
    const cause = new Error('why');
    const error = new ErrA('what', { cause });
    const failure = new Failure(error);
    expect(failure.value).toBe(error);
    expect(failure.type).toBe(ErrA);
    expect(failure.value.cause).toBe(cause);
    expect(failure.getErrorMessage()).toBe('what');
  });

  it('Failure of a failure is a failure of the same error', () => {
    const error = new ErrA('what');
    expect(new Failure(new Failure(error)).value).toBe(error);
  });

  it.each([['a string'], [42], [null], [undefined], [{ odd: true }]])(
    'Failure wraps %p, which is no Error, in a DefaultException',
    (thrown) => {
      const { value } = new Failure(thrown);
      expect(value).toBeInstanceOf(DefaultException);
      expect(value.cause).toBe(thrown);
    },
  );

  it('Failure takes errors of another realm as they are', () => {
    const foreign: unknown = runInNewContext('new TypeError("elsewhere")');
    const failure = new Failure(foreign);
    expect(failure.value).toBe(foreign);
    expect(failure.check(Error)).toBe(Error);
    expect(failure.check('TypeError')).toBe('TypeError');
  });

  it('Failure() without an error throws NoCurrentExceptionError', () => {
    const Loose = Failure as unknown as new () => Failure;
    expect(() => new Loose()).toThrow(NoCurrentExceptionError);
  });

  it('Failure.check finds the first class or class name that fits, base classes included', () => {
    const failure = new Failure(new ErrB('b'));
    expect(failure.check(RangeError, ErrA, ErrB)).toBe(ErrA);
    expect(failure.check('RangeError', 'ErrA')).toBe('ErrA');
    expect(failure.check(RangeError)).toBeNull();
    expect(failure.check()).toBeNull();
    expect(new Failure(new ConnectionDone()).check(ConnectionLost, ConnectionDone)).toBe(ConnectionDone);
  });

  it('Failure.trap throws the error when it is of no given type', () => {
    const error = new ErrB('b');
    const failure = new Failure(error);
    expect(failure.trap(ErrA)).toBe(ErrA);
    expect(() => failure.trap(RangeError)).toThrow(error);
    expect(() => failure.raiseException()).toThrow(error);
  });

  it('Failure.parents names the classes, nearest first', () => {
    expect(new Failure(new ErrB('b')).parents).toEqual(['ErrB', 'ErrA', 'Error']);
  });

  it('Failure.throwExceptionIntoGenerator throws at the yield', () => {
    const error = new ErrA('in');
    const generator = (function* (): Generator<number, void, never> {
      try {
        yield 1;
      } catch (caught) {
        yield caught === error ? 2 : 3;
      }
    })();
    generator.next();
    expect(new Failure(error).throwExceptionIntoGenerator(generator)).toEqual({ done: false, value: 2 });
  });

  it('Failure.getTraceback has class, message, stack, causes and grouped errors', () => {
    const text = new Failure(
      new AggregateError([new ErrA('one'), 'two'], 'several', { cause: new ErrB('root') }),
    ).getTraceback();
    expect(text).toMatch(/^Traceback: AggregateError: several\n {4}at /);
    expect(text).toMatch(/Caused by: ErrB: root\n {4}at /);
    expect(text).toMatch(/One of: ErrA: one\n {4}at /);
    expect(text).toContain("One of: 'two'");
    expect(text).toContain('failure.test.ts');
  });

  it('Failure.getTraceback ends for an error that is its own cause', () => {
    const error = new ErrA('loop');
    error.cause = error;
    expect(new Failure(error).getTraceback()).toContain('(shown above)');
  });

  it('Failure.getTraceback names the class that is, not the one when the stack was taken', () => {
    const error = new Error('first');
    error.message = 'second';
    expect(new Failure(error).getTraceback()).toMatch(/^Traceback: Error: second\n/);
  });

  it('Failure.getBriefTraceback has a line a frame', () => {
    function culprit(): Failure {
      return new Failure(new ErrA('x'));
    }
    const [headline, first] = culprit().getBriefTraceback().split('\n');
    expect(headline).toBe('Traceback: ErrA: x');
    expect(first).toMatch(/failure\.test\.ts:\d+:culprit$/);
    expect(culprit().frames[0]).toMatchObject({ method: 'culprit' });
  });

  it('Failure.printTraceback writes to what it is given', () => {
    const written: string[] = [];
    const failure = new Failure(new ErrA('x'));
    const file = { write: (text: string) => written.push(text) };
    failure.printTraceback(file);
    failure.printBriefTraceback(file);
    failure.printDetailedTraceback(file);
    expect(written).toEqual([failure.getTraceback(), failure.getBriefTraceback(), failure.getTraceback()]);
  });

  it('Failure.cleanFailure leaves the error and its stack', () => {
    const failure = new Failure(new ErrA('x'));
    failure.cleanFailure();
    expect(failure.frames).not.toEqual([]);
  });

  it('Failure copes with an error without a stack', () => {
    const error = new ErrA('bare');
    delete (error as { stack?: string }).stack;
    expect(new Failure(error).getTraceback()).toBe('Traceback: ErrA: bare\n');
    expect(new Failure(error).frames).toEqual([]);
  });

  it('Failure inspects as its error, briefly', () => {
    expect(inspect(new Failure(new ErrA('x')))).toBe('[Failure instance: ErrA: x]');
    expect(String(new Failure(new ErrA('x')))).toMatch(/^\[Failure instance: Traceback: ErrA: x\n/);
  });

  it('Failure of another copy of the module is a Failure', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module is wanted
      const other = require('../src/failure') as typeof FailureModule;
      const failure = new other.Failure(new ErrA('x'));
      expect(other.Failure).not.toBe(Failure);
      expect(failure).toBeInstanceOf(Failure);
      expect(Failure.isFailure(failure)).toBe(true);
      class Special extends Failure {}
      expect(failure).not.toBeInstanceOf(Special);
      expect(new Special(new ErrA('y'))).toBeInstanceOf(Special);
    });
  });
});
