/**
 * Endpoints over UNIX sockets.
 *
 * @twisted twisted.internet.endpoints.UNIXServerEndpoint, UNIXClientEndpoint
 */
import { type Deferred, execute, fail } from '@skein/reactor/defer';
import { type IListeningPort, type IProtocol, type IProtocolFactory, IReactorUNIX } from '@skein/reactor/interfaces';

import type { IProtocolFactoryOf, IStreamClientEndpoint, IStreamServerEndpoint } from './interfaces';
import { connectWrapped } from './wrappingFactory';

/** Options of `UNIXServerEndpoint`. */
export interface UNIXServerEndpointOptions {
  /** How many connections may wait to be accepted; default null: the reactor's default (511; Twisted's endpoints say 50). */
  backlog?: number | null;
  /** Permissions of the socket; default 0o666. The folder's are the better way to restrict who may connect. */
  mode?: number;
  /** Whether to take a lock beside the socket, which tells a socket in use from one left behind; default false. */
  wantPID?: boolean;
}

/**
 * Listens on a UNIX socket.
 *
 * @twisted twisted.internet.endpoints.UNIXServerEndpoint
 */
export class UNIXServerEndpoint implements IStreamServerEndpoint {
  /** The path of the socket. */
  readonly address: string;
  /** How many connections may wait; null: the reactor decides. */
  readonly backlog: number | null;
  readonly mode: number;
  readonly wantPID: boolean;
  readonly #reactor: IReactorUNIX;

  constructor(reactor: IReactorUNIX, address: string, options: UNIXServerEndpointOptions = {}) {
    this.#reactor = reactor;
    this.address = address;
    this.backlog = options.backlog ?? null;
    this.mode = options.mode ?? 0o666;
    this.wantPID = options.wantPID ?? false;
  }

  /** Listens now. The Deferred has fired when this returns: with the port, or with a failure of `CannotListenError`. */
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    const { address, mode, wantPID } = this;
    const backlog = this.backlog === null ? {} : { backlog: this.backlog };
    if (!IReactorUNIX.providedBy(this.#reactor)) return fail(withoutUNIX('listen on', address, 'listenUNIX'));
    return execute(() => this.#reactor.listenUNIX(address, protocolFactory, { ...backlog, mode, wantPID }));
  }
}

/** Options of `UNIXClientEndpoint`. */
export interface UNIXClientEndpointOptions {
  /** Seconds until the attempt fails with `TimeoutError`; default 30. */
  timeout?: number;
  /** Whether to fail at once unless a server holds the lock beside the socket; default false. */
  checkPID?: boolean;
}

/**
 * Connects to a UNIX socket.
 *
 * @twisted twisted.internet.endpoints.UNIXClientEndpoint
 */
export class UNIXClientEndpoint implements IStreamClientEndpoint {
  /** The path of the socket. */
  readonly path: string;
  /** Seconds until an attempt fails. */
  readonly timeout: number;
  readonly checkPID: boolean;
  readonly #reactor: IReactorUNIX;

  constructor(reactor: IReactorUNIX, path: string, options: UNIXClientEndpointOptions = {}) {
    this.#reactor = reactor;
    this.path = path;
    this.timeout = options.timeout ?? 30;
    this.checkPID = options.checkPID ?? false;
  }

  connect<P extends IProtocol>(protocolFactory: IProtocolFactoryOf<P>): Deferred<P> {
    const { path, timeout, checkPID } = this;
    if (!IReactorUNIX.providedBy(this.#reactor)) return fail(withoutUNIX('connect to', path, 'connectUNIX'));
    return connectWrapped(protocolFactory, (factory) =>
      this.#reactor.connectUNIX(path, factory, { timeout, checkPID }),
    );
  }
}

function withoutUNIX(action: string, path: string, method: string): TypeError {
  return new TypeError(`cannot ${action} '${path}': wanted a reactor with ${method}`);
}
