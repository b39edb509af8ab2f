import type { Failure } from '@skein/reactor/failure';
import type { IClientFactory, IConnector } from '@skein/reactor/interfaces';

import { Factory } from './factory';

/**
 * A factory for outgoing connections, which hears how each attempt fares.
 *
 * @twisted twisted.internet.protocol.ClientFactory
 */
export class ClientFactory extends Factory implements IClientFactory {
  /** An attempt begins. `connector.stopConnecting()` gives it up. */
  startedConnecting(_connector: IConnector): void {}

  /** The attempt came to nothing. `connector.connect()` tries again. */
  clientConnectionFailed(_connector: IConnector, _reason: Failure): void {}

  /** The connection, once made, is gone. `connector.connect()` connects again. */
  clientConnectionLost(_connector: IConnector, _reason: Failure): void {}
}
