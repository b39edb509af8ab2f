import { expectTypeOf } from 'expect-type';

import { defineInterface } from '../../src/interfaces/defineInterface';

interface IGreeter {
  readonly language: string;
  greet(name: string): string;
}
const IGreeter = defineInterface<IGreeter>('IGreeter', ['language', 'greet']);

interface IPoliteGreeter extends IGreeter {
  sayGoodbye(name: string): string;
}
const IPoliteGreeter = defineInterface<IPoliteGreeter>('IPoliteGreeter', ['sayGoodbye', 'greet'], IGreeter);

class Greeter implements IGreeter {
  readonly language = 'en';
  greet(name: string): string {
    return `hello ${name}`;
  }
}

describe('defineInterface', () => {
  it('providedBy holds for an object with all members, own or inherited', () => {
    expect(IGreeter.providedBy(new Greeter())).toBe(true);
    expect(IGreeter.providedBy({ language: 'en', greet: () => '' })).toBe(true);
    expect(IGreeter.providedBy(new (class extends Greeter {})())).toBe(true);
    expect(IGreeter.providedBy(Object.assign(Object.create(null) as object, { language: '', greet: null }))).toBe(true);
  });

  it('providedBy holds for functions and classes that have the members', () => {
    expect(IGreeter.providedBy(Object.assign(() => '', { language: 'en', greet: () => '' }))).toBe(true);
    expect(IGreeter.providedBy(Greeter)).toBe(false);
  });

  it('providedBy holds for members that are undefined: an attribute may be', () => {
    expect(IGreeter.providedBy({ language: undefined, greet: undefined })).toBe(true);
  });

  it.each([null, undefined, 0, 1, '', 'text', true, Symbol('s'), 1n, {}, [], { language: 'en' }, () => ''])(
    'providedBy does not hold for %p, and does not throw',
    (candidate) => {
      expect(IGreeter.providedBy(candidate)).toBe(false);
    },
  );

  it('providedBy asks for the members of the bases too', () => {
    expect(IPoliteGreeter.providedBy({ sayGoodbye: () => '', greet: () => '' })).toBe(false);
    expect(IPoliteGreeter.providedBy(Object.assign(new Greeter(), { sayGoodbye: () => '' }))).toBe(true);
    expect(IGreeter.providedBy(Object.assign(new Greeter(), { sayGoodbye: () => '' }))).toBe(true);
  });

  it('members lists each member once, the bases first', () => {
    expect(IPoliteGreeter.members).toEqual(['language', 'greet', 'sayGoodbye']);
    expect(IPoliteGreeter.interfaceName).toBe('IPoliteGreeter');
  });

  it('the companion cannot be changed', () => {
    expect(Object.isFrozen(IGreeter)).toBe(true);
    expect(Object.isFrozen(IGreeter.members)).toBe(true);
  });

  it('providedBy may be handed around by itself', () => {
    const { providedBy } = IGreeter;
    expect([new Greeter(), {}].filter(providedBy)).toHaveLength(1);
  });

  it('providedBy narrows the type', () => {
    const candidate: unknown = new Greeter();
    if (!IGreeter.providedBy(candidate)) throw new Error('it is one');
    expectTypeOf(candidate).toEqualTypeOf<IGreeter>();
    expect(candidate.greet('you')).toBe('hello you');
  });
});
