/**
 * Listening on a socket that somebody else has bound: systemd, a parent process, a predecessor.
 *
 * @twisted twisted.internet.endpoints.AdoptedStreamServerEndpoint
 */
import { type Deferred, execute, fail } from '@skein/reactor/defer';
import { AlreadyListened } from '@skein/reactor/error';
import {
  type AddressFamily,
  type IListeningPort,
  type IProtocolFactory,
  IReactorSocket,
} from '@skein/reactor/interfaces';

import type { IStreamServerEndpoint } from './interfaces';

/**
 * Listens on a file descriptor of a stream socket that is bound and listening. The descriptor is the reactor's from then on,
 * which closes it with the port; so this can be done once.
 *
 * @twisted twisted.internet.endpoints.AdoptedStreamServerEndpoint
 *
 * @example
 * new AdoptedStreamServerEndpoint(reactor, 3, 'INET').listen(new ChatFactory());
 */
export class AdoptedStreamServerEndpoint implements IStreamServerEndpoint {
  readonly reactor: IReactorSocket;
  readonly fileno: number;
  readonly addressFamily: AddressFamily;
  #used = false;

  /**
   * @param reactor - the Node reactor is one; it is looked at in `listen`
   * @param fileno - the descriptor
   * @param addressFamily - what kind of addresses the socket has: `'INET'`, `'INET6'` or `'UNIX'`
   */
  constructor(reactor: IReactorSocket, fileno: number, addressFamily: AddressFamily) {
    this.reactor = reactor;
    this.fileno = fileno;
    this.addressFamily = addressFamily;
  }

  /**
   * Listens now. The Deferred has fired when this returns: with the port, or with a failure of `CannotListenError` (the
   * descriptor is no such socket), `AlreadyListened` (it was given away before) or `UnsupportedAddressFamily`.
   */
  listen(protocolFactory: IProtocolFactory): Deferred<IListeningPort> {
    if (this.#used) return fail(new AlreadyListened());
    if (!IReactorSocket.providedBy(this.reactor)) {
      return fail(new TypeError(`cannot listen on descriptor ${this.fileno}: wanted a reactor with adoptStreamPort`));
    }
    this.#used = true;
    return execute(() => this.reactor.adoptStreamPort(this.fileno, this.addressFamily, protocolFactory));
  }
}
