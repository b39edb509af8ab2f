/**
 * Protocols for tests, two of them connected in memory, and every way to divide bytes.
 *
 * @twisted twisted.internet.testing (its protocols), twisted.test.iosim
 *
 * Fake reactors and `StringTransport` are the reactor package's, in `@skein/reactor/testing`.
 */
export { AccumulatingProtocol } from './accumulatingProtocol';
export { everyChunking, type EveryChunkingOptions } from './everyChunking';
export { FakeTransport, type FakeTransportOptions } from './fakeTransport';
export {
  connect,
  connectedServerAndClient,
  ConnectionCompleter,
  IOPump,
  type PumpedClock,
  type PumpOptions,
} from './iosim';
export { LineSendingProtocol } from './lineSendingProtocol';
export type { TLSNegotiation } from './tlsNegotiation';
