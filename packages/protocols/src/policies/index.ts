/**
 * Policies: wrappers around factories that limit, time out, throttle and log their connections.
 *
 * `MinimumProgressFactory` is not Twisted's.
 *
 * @twisted twisted.protocols.policies
 */
export type { ClockOptions } from './clock';
export { type CallLater, IdleTimeout } from './idleTimeout';
export { LimitConnectionsByPeer, LimitTotalConnectionsFactory } from './limits';
export {
  MinimumProgressFactory,
  type MinimumProgressOptions,
  MinimumProgressProtocol,
  type MinimumProgressProtocolMaker,
} from './minimumProgressFactory';
export { type ProtocolRegistry, ProtocolWrapper } from './protocolWrapper';
export { SpewingFactory, SpewingProtocol } from './spewingFactory';
export { ThrottlingFactory, type ThrottlingOptions, ThrottlingProtocol } from './throttlingFactory';
export { TimeoutFactory, TimeoutProtocol, type TimeoutProtocolMaker } from './timeoutFactory';
export { TimeoutMixin, type Timeouts } from './timeoutMixin';
export {
  TrafficLoggingFactory,
  TrafficLoggingProtocol,
  type TrafficLoggingProtocolMaker,
  type TrafficLog,
} from './trafficLoggingFactory';
export { type WrapperMaker, WrappingFactory } from './wrappingFactory';
