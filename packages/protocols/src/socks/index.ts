/**
 * A SOCKS proxy, version 4 and 4a.
 *
 * @twisted twisted.protocols.socks
 *
 * Left out: the log's file and its dates. What the traffic is written to is given, and knows the time.
 */
export { SOCKSv4IncomingFactory } from './incomingFactory';
export { SOCKSv4Incoming, SOCKSv4Outgoing } from './relayed';
export { SOCKSv4, type SOCKSLog, type SOCKSReactor } from './socksv4';
export { SOCKSv4Factory } from './socksv4Factory';
