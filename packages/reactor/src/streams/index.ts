/**
 * Between Skein and Node's streams: a connection as a `Duplex`, a protocol on any `Duplex`, and ports whose connections are
 * iterated over with `for await`. Backpressure goes through in both directions.
 *
 * This is the one place of the core that knows `node:stream`. (Twisted has no counterpart; its nearest kin are
 * `twisted.protocols.basic.FileSender` and `twisted.internet.protocol.ConsumerToProtocolAdapter`.)
 */
export { Connections } from './connections';
export { DuplexProtocol, type DuplexProtocolOptions, toDuplex } from './duplexProtocol';
export { fromDuplex, type FromDuplexOptions } from './fromDuplex';
