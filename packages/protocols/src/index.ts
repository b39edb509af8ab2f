/**
 * Twisted's protocols and factories: the base classes, and framing.
 *
 * @twisted twisted.internet.protocol, twisted.protocols.basic
 *
 * Everything else has a subpath of its own: `@skein/protocols/policies`, `…/haproxy`, and so on.
 */
export {
  BaseFactory,
  BaseProtocol,
  ClientCreator,
  ClientFactory,
  connectionDone,
  ConsumerToProtocolAdapter,
  Factory,
  type FactoryOf,
  FileWrapper,
  Protocol,
  type ProtocolMaker,
  type ProtocolOf,
  ProtocolToConsumerAdapter,
  ReconnectingClientFactory,
  ServerFactory,
  type WritableFile,
} from './protocol';
export {
  BytesLineOnlyReceiver,
  BytesLineReceiver,
  FileSender,
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
  type LineEncoding,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
  type ReadableFile,
  StatefulStringProtocol,
  type StringStates,
  StringTooLongError,
  type StructFormat,
} from './basic';
