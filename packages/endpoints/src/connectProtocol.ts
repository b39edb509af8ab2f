/**
 * Connecting one protocol that exists already.
 *
 * @twisted twisted.internet.endpoints.connectProtocol
 */
import type { Deferred } from '@skein/reactor/defer';
import type { IProtocol } from '@skein/reactor/interfaces';
import { Factory } from '@skein/protocols';

import type { IProtocolFactoryOf, IStreamClientEndpoint } from './interfaces';

/** Builds the one protocol it was given. Does not set the protocol's `factory`. */
class OneShotFactory<P extends IProtocol> extends Factory implements IProtocolFactoryOf<P> {
  readonly #protocol: P;

  constructor(protocol: P) {
    super();
    this.#protocol = protocol;
  }

  override buildProtocol(): P {
    return this.#protocol;
  }
}

/**
 * Connects `protocol` to `endpoint`. For connections that need no factory: those made once.
 *
 * @returns a Deferred that fires with the protocol when it is connected; it fails, and is cancelled, as `connect` says
 *
 * @example
 * const d = connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', 1234), new Greeter());
 * d.addCallback((greeter) => greeter.sendMessage('Hello'));
 */
export function connectProtocol<P extends IProtocol>(endpoint: IStreamClientEndpoint, protocol: P): Deferred<P> {
  return endpoint.connect(new OneShotFactory(protocol));
}
