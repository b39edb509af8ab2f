/**
 * `@skein/reactor/testing`: Twisted's doubles, for unit tests of one protocol or one factory.
 *
 * @twisted twisted.internet.testing, twisted.trial.unittest.SynchronousTestCase (its functions about results and the log)
 *
 * Protocols for tests are in `@skein/protocols/testing`; a whole network is `@skein/reactor/simulation`.
 */
export { collectLoggedErrors, flushLoggedErrors, LoggedErrors } from '../logger';
export { EventLoggingObserver } from './eventLoggingObserver';
export { FakeConnector, FakePort } from './fakeSockets';
export {
  type AdoptedPort,
  type AdoptedStreamConnection,
  type ConnectedSSL,
  type ConnectedTCP,
  type ConnectedUNIX,
  type ListenedSSL,
  type ListenedTCP,
  type ListenedUNIX,
  MemoryReactor,
  MemoryReactorClock,
  type Registered,
} from './memoryReactor';
export { NonStreamingProducer } from './nonStreamingProducer';
export { RaisingMemoryReactor } from './raisingMemoryReactor';
export { assertNoResult, failureResultOf, successResultOf } from './results';
export { StringTransport, type StringTransportOptions, StringTransportWithDisconnection } from './stringTransport';
export { waitUntilAllDisconnected } from './waitUntilAllDisconnected';
