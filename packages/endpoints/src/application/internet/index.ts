/**
 * Services that use the network and the clock.
 *
 * @twisted twisted.application.internet
 */
export { backoffPolicy, type BackoffOptions, type RetryPolicy } from './backoffPolicy';
export { ClientService, type ClientServiceOptions } from './clientService';
export { StreamServerEndpointService } from './streamServerEndpointService';
export { type ReactorOption, TCPClient, TCPServer } from './tcpServices';
export { CooperatorService, TimerService } from './timerService';
