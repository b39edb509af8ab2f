/**
 * Protocols for tests, and every way to divide bytes.
 *
 * @twisted twisted.internet.testing (its protocols)
 *
 * Left out: the fake transports and reactors, which are the reactor package's.
 */
export { AccumulatingProtocol } from './accumulatingProtocol';
export { everyChunking, type EveryChunkingOptions } from './everyChunking';
export { LineSendingProtocol } from './lineSendingProtocol';
