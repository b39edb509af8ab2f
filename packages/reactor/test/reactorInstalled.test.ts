import type * as Face from '../src';
import { ReactorAlreadyInstalledError } from '../src/error';
import type * as Faces from '../src/interfaces';

import { makeReactor } from './core/recording';

type Package = typeof Face;
type Interfaces = typeof Faces;

const SLOT = Symbol.for('@skein/reactor');
const slot = (): { installed: unknown } | undefined => (globalThis as { [SLOT]?: { installed: unknown } })[SLOT];

/** The package as a fresh process finds it. */
function freshPackage(): Package {
  Reflect.deleteProperty(globalThis, SLOT);
  return anotherCopy();
}

/** A second copy of the package in the same process. */
function anotherCopy(): Package {
  jest.resetModules();
  return jest.requireActual<Package>('../src');
}

function errorOf(callable: () => unknown): unknown {
  try {
    callable();
  } catch (error) {
    return error;
  }
  return null;
}

describe('the installed reactor', () => {
  it('is not installed by importing it', () => {
    const { reactor } = freshPackage();
    expect(typeof reactor).toBe('object');
    expect(slot()?.installed).toBeNull();
  });

  it('is a reactor of Node, installed by the first touch of one of its members', () => {
    const { currentReactor, reactor, Reactor } = freshPackage();
    expect(reactor.running).toBe(false);
    expect(slot()?.installed).toBeInstanceOf(Reactor);
    expect(currentReactor()).toBe(slot()?.installed);
  });

  it('may be swapped before it is touched', () => {
    const { currentReactor, installReactor, reactor } = freshPackage();
    const { driver, reactor: mine } = makeReactor();
    installReactor(mine);
    expect(currentReactor()).toBe(mine);
    driver.time = 42;
    expect(reactor.seconds()).toBe(42);
  });

  it('cannot be installed twice, nor after it was touched', () => {
    const { installReactor } = freshPackage();
    installReactor(makeReactor().reactor);
    const message = 'reactor already installed';
    expect(
      errorOf(() => {
        installReactor(makeReactor().reactor);
      }),
    ).toMatchObject({ name: 'ReactorAlreadyInstalledError', message });
    const touched = freshPackage();
    expect(touched.reactor.getDelayedCalls()).toEqual([]);
    expect(
      errorOf(() => {
        touched.installReactor(makeReactor().reactor);
      }),
    ).toMatchObject({ name: 'ReactorAlreadyInstalledError', message });
    expect(new ReactorAlreadyInstalledError().name).toBe('ReactorAlreadyInstalledError');
  });

  it('is one for all copies of the package in a process', () => {
    const first = freshPackage();
    const { reactor: mine } = makeReactor();
    first.installReactor(mine);
    const second = anotherCopy();
    expect(second.reactor).not.toBe(first.reactor);
    expect(second.currentReactor()).toBe(mine);
  });
});

describe('reactor', () => {
  function installed(): Package & ReturnType<typeof makeReactor> & { mine: Package['reactor'] } {
    const fresh = freshPackage();
    const made = makeReactor();
    fresh.installReactor(made.reactor);
    return { ...fresh, ...made, reactor: fresh.reactor as never, mine: made.reactor };
  }

  it('provides what the installed reactor provides', () => {
    const { reactor } = installed();
    const { IReactor, IReactorTime, IListeningPort } = jest.requireActual<Interfaces>('../src/interfaces');
    expect(IReactor.providedBy(reactor)).toBe(true);
    expect(IReactorTime.providedBy(reactor)).toBe(true);
    expect(IListeningPort.providedBy(reactor)).toBe(false);
  });

  it('is an instance of what the installed reactor is an instance of', () => {
    const { reactor, mine } = installed();
    expect(Object.getPrototypeOf(reactor)).toBe(Object.getPrototypeOf(mine));
    expect(reactor).toBeInstanceOf(mine.constructor);
  });

  it('has each method bound, and the same each time', () => {
    const { driver, reactor } = installed();
    const { callLater, stop } = reactor;
    expect(reactor.callLater).toBe(callLater);
    expect(reactor.stop).toBe(stop);
    void reactor.run();
    const log: unknown[] = [];
    callLater(1, (what: string) => log.push(what), 'called');
    callLater(2, stop);
    driver.advance(2);
    expect([log, reactor.running]).toEqual([['called'], false]);
  });

  it('sets what is set on it on the installed reactor', () => {
    const { reactor, mine } = installed();
    const seconds = (): number => 7;
    (reactor as { seconds: () => number }).seconds = seconds;
    expect([mine.seconds(), reactor.seconds()]).toEqual([7, 7]);
  });

  it('has its own bound methods after another reactor was installed in another process', () => {
    const first = installed();
    const { seconds } = first.reactor;
    const second = installed();
    second.driver.time = 5;
    expect([seconds(), second.reactor.seconds()]).toEqual([0, 5]);
  });
});
