import type { Bytes } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { reprBytes } from './reprBytes';
import { ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/**
 * The wrapper of `SpewingFactory`.
 *
 * @twisted twisted.protocols.policies.SpewingProtocol
 */
export class SpewingProtocol extends ProtocolWrapper {
  override dataReceived(data: Buffer): unknown {
    this.#log('Received: {data}', data);
    return super.dataReceived(data);
  }

  override write(data: Bytes): void {
    this.#log('Sending: {data}', data);
    super.write(data);
  }

  #log(format: string, data: Bytes): void {
    new Logger({ namespace: 'skein.protocols', source: this }).info(format, { data: reprBytes(data) });
  }
}

/**
 * Logs all that is received and written.
 *
 * @twisted twisted.protocols.policies.SpewingFactory
 */
export class SpewingFactory extends WrappingFactory {
  override protocol = SpewingProtocol;
}
