/**
 * Protocols and the factories that make them.
 *
 * @twisted twisted.internet.protocol
 *
 * Left out: Python's pickling and adapter registry (adapt by hand: `new ProtocolToConsumerAdapter(p)`), and
 * `AbstractDatagramProtocol` and `ProcessProtocol`, which come with datagrams and processes.
 */
export { BaseFactory } from './baseFactory';
export { BaseProtocol } from './baseProtocol';
export { connectionDone, Protocol } from './protocol';
export { Factory, type FactoryOf, type ProtocolMaker, type ProtocolOf, ServerFactory } from './factory';
export { ClientFactory } from './clientFactory';
export { ConsumerToProtocolAdapter, ProtocolToConsumerAdapter } from './adapters';
export { ClientCreator } from './clientCreator';
export { FileWrapper, type WritableFile } from './fileWrapper';
export { ReconnectingClientFactory } from './reconnectingClientFactory';
