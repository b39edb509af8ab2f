/**
 * Twisted's protocols and factories: the base classes, and framing.
 *
 * @twisted twisted.internet.protocol, twisted.protocols.basic
 *
 * Everything else has a subpath of its own: `@skein/protocols/policies`, `…/haproxy`, and so on.
 */
export {
  BaseProtocol,
  ClientFactory,
  connectionDone,
  ConsumerToProtocolAdapter,
  Factory,
  Protocol,
  type ProtocolMaker,
  ProtocolToConsumerAdapter,
  ServerFactory,
} from './protocol';
export { BytesLineOnlyReceiver, BytesLineReceiver, type LineEncoding, LineOnlyReceiver, LineReceiver } from './basic';
