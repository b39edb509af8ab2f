/**
 * Gives a wrapper the methods of what it wraps. Internal to this package.
 */
import type { ITransport } from '@skein/reactor/interfaces';

/** Passes on what `transport` can do and `wrapper` cannot (Twisted's `__getattr__`, for methods). */
export function passOnMethods(transport: ITransport, wrapper: object): void {
  const methods = transport as unknown as Record<string, unknown>;
  for (let layer: object = transport; layer !== Object.prototype; layer = Object.getPrototypeOf(layer) as object) {
    for (const name of Object.getOwnPropertyNames(layer)) {
      if (name in wrapper || typeof methods[name] !== 'function') continue;
      const forward = (...args: unknown[]): unknown =>
        (methods[name] as (...args: unknown[]) => unknown).apply(transport, args);
      Object.defineProperty(wrapper, name, { value: forward, configurable: true });
    }
  }
}
