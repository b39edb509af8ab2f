/**
 * Services that use the network and the clock.
 *
 * @twisted twisted.application.internet
 */
export { backoffPolicy, type BackoffOptions, type RetryPolicy } from './backoffPolicy';
export { ClientService, type ClientServiceOptions } from './clientService';
export { type ReactorOption } from './genericServices';
export { SSLClient, SSLServer, TCPClient, TCPServer, UNIXClient, UNIXServer } from './reactorServices';
export { StreamServerEndpointService } from './streamServerEndpointService';
export { CooperatorService, TimerService } from './timerService';
