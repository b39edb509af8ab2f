/**
 * Proxies between a producer and a consumer.
 *
 * @twisted twisted.protocols.pcp
 *
 * Bytes are kept and joined as bytes; Twisted's, since Python 3, joins them as text, and fails.
 */
export { BasicProducerConsumerProxy, type FinishableConsumer } from './basicProducerConsumerProxy';
export { ProducerConsumerProxy } from './producerConsumerProxy';
