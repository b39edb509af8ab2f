/**
 * From what users hand over for TLS to what a transport needs: checked, and never throwing later.
 *
 * @twisted twisted.protocols.tls._ContextFactoryToConnectionFactory
 */
import { DriverError, type StartTLSOptions, type TLSContext } from '../driver';
import { NotImplementedError } from '../error';
import type { Failure } from '../failure';
import {
  type ClientContextSource,
  IOpenSSLClientConnectionCreator,
  IOpenSSLContextFactory,
  IProtocolNegotiationFactory,
} from '../interfaces';

import type { CoreServices } from './services';
import { tlsContextError } from './tlsErrors';

/** How one connection is to be secured. */
export interface TLSSetup {
  readonly context: TLSContext;
  readonly options: StartTLSOptions;
  readonly sessionReceived: ((session: Buffer) => void) | null;
  /** Seconds that the handshake may take; null: as long as it likes. */
  readonly handshakeTimeout: number | null;
}

/**
 * The setup of each connection of a port or connector. The context is asked for every time, so that a source may renew it.
 *
 * @throws what the source throws, and the error of a context that cannot be used
 */
export type TLSSetups = () => TLSSetup;

/** The setup of the next connection, or why there is none: what the source threw, logged. Null: it is not secured. */
export function nextSetup(
  services: CoreServices,
  setups: TLSSetups | null,
): { readonly setup: TLSSetup | null; readonly failure: Failure | null } {
  if (setups === null) return { setup: null, failure: null };
  const made: TLSSetup[] = [];
  const failure = services.dispatch.call('getContext', () => {
    made.push(setups());
  });
  return { setup: made[0] ?? null, failure };
}

/** Setups for the end that TLS calls the client. @param factory - asked for application protocols, if it knows any */
export function clientSetups(services: CoreServices, source: ClientContextSource, factory: unknown): TLSSetups {
  const usable = usableContexts(services, factory);
  if (IOpenSSLClientConnectionCreator.providedBy(source)) {
    return () => {
      const { context, peerName, session, sessionReceived } = source.clientConnectionForTLS();
      const options = { role: 'client', peerName, session } as const;
      return { context: usable(context), options, sessionReceived, handshakeTimeout: null };
    };
  }
  assertContextFactory(source);
  return () => ({
    context: usable(source.getContext()),
    options: { role: 'client', peerName: null, session: null },
    sessionReceived: null,
    handshakeTimeout: null,
  });
}

/** Setups for the end that TLS calls the server. */
export function serverSetups(
  services: CoreServices,
  source: IOpenSSLContextFactory,
  factory: unknown,
  handshakeTimeout: number | null,
): TLSSetups {
  assertContextFactory(source);
  const usable = usableContexts(services, factory);
  const chooseContext = source.chooseContext === undefined ? null : chooser(services, source, usable);
  return () => ({
    context: usable(source.getContext()),
    options: { role: 'server', chooseContext },
    sessionReceived: null,
    handshakeTimeout,
  });
}

/** Asks the source in a handshake: what it throws is logged, and the client gets what everybody gets. */
function chooser(
  services: CoreServices,
  source: IOpenSSLContextFactory,
  usable: (context: TLSContext) => TLSContext,
): (serverName: string) => TLSContext | null {
  return (serverName) => {
    const chosen: TLSContext[] = [];
    services.dispatch.call('chooseContext', () => {
      const context = source.chooseContext?.(serverName) ?? null;
      if (context !== null) chosen.push(usable(context));
    });
    return chosen[0] ?? null;
  };
}

/** Checks contexts, and gives them the application protocols of the factory, if it knows any. */
function usableContexts({ driver }: CoreServices, factory: unknown): (context: TLSContext) => TLSContext {
  const negotiating = IProtocolNegotiationFactory.providedBy(factory) ? factory : null;
  // A driver keeps what it has made of a context, so the same context has to become the same again.
  const extended = new WeakMap<TLSContext, TLSContext>();
  return (context) => {
    let usable = negotiating === null ? context : extended.get(context);
    if (usable === undefined) {
      usable = { ...context, protocols: negotiating?.acceptableProtocols() ?? context.protocols };
      extended.set(context, usable);
    }
    if (driver.checkTLS === null) throw new NotImplementedError(`the driver '${driver.name}' has no TLS`);
    try {
      driver.checkTLS(usable);
    } catch (error) {
      throw error instanceof DriverError ? tlsContextError(error) : error;
    }
    return usable;
  };
}

function assertContextFactory(source: unknown): asserts source is IOpenSSLContextFactory {
  if (!IOpenSSLContextFactory.providedBy(source)) {
    throw new TypeError(`TLS wants a context factory (for example CertificateOptions), not ${String(source)}`);
  }
}
