/**
 * TLS over any transport, for the packages above: the same machine as for the reactor's own connections, on a handle that
 * is somebody's transport.
 *
 * @twisted the part of twisted.protocols.tls.TLSMemoryBIOProtocol that is about TLS
 */
import type { Failure } from '../failure';
import type { INegotiated, IProtocol, ITLSWrapper, ITransport, IWrappedTLS } from '../interfaces';

import { OpenThings } from './openThings';
import { ReactorEvents } from './reactorEvents';
import { SecurableHandle } from './securableHandle';
import type { CoreServices } from './services';
import { StreamTransport } from './streamTransport';
import type { TLSSetups } from './tlsSetup';
import { TransportHandle } from './transportHandle';

/** The transport beneath is observed already, and what happens twice would be counted twice. */
class Unobserved extends ReactorEvents {
  override get observed(): boolean {
    return false;
  }
}

export class TLSWrapper implements ITLSWrapper {
  readonly #services: CoreServices;
  readonly #setups: TLSSetups;

  constructor(services: CoreServices, setups: TLSSetups) {
    const { dispatch } = services;
    const events = new Unobserved((event, error) => {
      dispatch.failed(`an observer of ${event}`, error);
    });
    // It ends with the transport beneath, which is among the reactor's open things, or is not the reactor's.
    this.#services = { ...services, events, open: new OpenThings() };
    this.#setups = setups;
  }

  wrap(transport: ITransport, protocol: IProtocol): IWrappedTLS {
    const setup = this.#setups();
    const carrier = new TransportHandle(this.#services.turn, transport);
    const handle = new SecurableHandle(this.#services.driver, carrier);
    const secured = new StreamTransport(this.#services, handle, transport.getPeer(), setup.options.role === 'client');
    secured.secure(setup);
    secured.connect(protocol, false);
    return {
      // It was decorated when it was secured.
      transport: secured as StreamTransport & INegotiated,
      dataReceived: (data: Buffer) => carrier.received(data),
      connectionLost: (reason: Failure) => carrier.lost(reason),
    };
  }
}
