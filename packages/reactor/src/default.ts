/**
 * The composition root: which driver the default reactor has.
 *
 * @twisted twisted.internet.default
 */
import { currentReactor, setDefaultReactor } from './current';
import { NodeDriver } from './drivers/node';
import type { IReactor } from './interfaces';
import { Reactor } from './reactor';

/** A new reactor over Node's event loop. */
export function createNodeReactor(): Reactor {
  return new Reactor(new NodeDriver());
}

setDefaultReactor(createNodeReactor);

/**
 * The installed reactor.
 *
 * Importing it installs nothing; the first touch of one of its members does, so that `installReactor` may come first.
 * (Twisted installs on import. An ES module that imports any name of this package reads them all, so an import must not.)
 *
 * @twisted twisted.internet.reactor
 */
export const reactor: IReactor = new Proxy({} as IReactor, {
  get(_, key): unknown {
    const installed = currentReactor();
    const value: unknown = Reflect.get(installed, key, installed);
    return typeof value === 'function' ? bound(installed, key, value as (...args: unknown[]) => unknown) : value;
  },
  has: (_, key) => Reflect.has(currentReactor(), key),
  set: (_, key, value) => Reflect.set(currentReactor(), key, value, currentReactor()),
  getPrototypeOf: () => Reflect.getPrototypeOf(currentReactor()),
});

/** Methods bound to the installed reactor, made once each: `reactor.stop` is one function, and can be handed around. */
const methods = new Map<PropertyKey, { readonly of: unknown; readonly bound: unknown }>();

function bound(installed: IReactor, key: PropertyKey, method: (...args: unknown[]) => unknown): unknown {
  const known = methods.get(key);
  if (known?.of === method) return known.bound;
  const made: unknown = method.bind(installed);
  methods.set(key, { of: method, bound: made });
  return made;
}
