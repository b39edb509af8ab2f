import type { Failure } from '../failure';
import { type IAddress, IProtocol, type IProtocolFactory } from '../interfaces';

import { describe } from './describe';
import type { CoreServices } from './services';

/** What came of asking a factory for a protocol. */
type Built =
  | { readonly protocol: IProtocol; readonly failure: null }
  | { readonly protocol: null; readonly failure: Failure | null };

/** Asks `factory` for a protocol; what it throws, and what is no protocol, is logged and returned as the failure. */
export function buildProtocol(services: CoreServices, factory: IProtocolFactory, addr: IAddress): Built {
  let protocol: IProtocol | null = null;
  const failure = services.dispatch.call('buildProtocol', () => {
    // Plain JavaScript may return undefined for "nothing", and anything for a protocol.
    const built: unknown = factory.buildProtocol(addr) ?? null;
    if (built !== null && !IProtocol.providedBy(built)) {
      throw new TypeError(
        `buildProtocol of ${describe(factory)} returned ${describe(built)}, wanted a protocol or null`,
      );
    }
    protocol = built;
  });
  return protocol === null ? { protocol, failure } : { protocol, failure: null };
}
