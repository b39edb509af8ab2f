import type { Failure } from '@skein/reactor/failure';
import type { Bytes, IConsumer, IProtocol, IPullProducer, IPushProducer, ITransport } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

/**
 * Makes a consumer of a protocol: what is written to it is received by the protocol. Producers are neither paused nor
 * resumed.
 *
 * @twisted twisted.internet.protocol.ProtocolToConsumerAdapter
 */
export class ProtocolToConsumerAdapter implements IConsumer {
  /** The protocol. */
  readonly original: IProtocol;

  constructor(original: IProtocol) {
    this.original = original;
  }

  /** Throws `TypeError` for what is neither bytes nor text. */
  write(data: Bytes): void {
    this.original.dataReceived(toBuffer(data));
  }

  registerProducer(_producer: IPushProducer | IPullProducer, _streaming: boolean): void {}

  unregisterProducer(): void {}
}

/**
 * Makes a protocol of a consumer: what the protocol receives is written to the consumer. It has no connection of its
 * own to speak of.
 *
 * @twisted twisted.internet.protocol.ConsumerToProtocolAdapter
 */
export class ConsumerToProtocolAdapter implements IProtocol {
  /** The consumer. */
  readonly original: IConsumer;

  constructor(original: IConsumer) {
    this.original = original;
  }

  dataReceived(data: Buffer): void {
    this.original.write(data);
  }

  connectionLost(_reason: Failure): void {}

  makeConnection(_transport: ITransport): void {}

  connectionMade(): void {}
}
