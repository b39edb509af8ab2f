/**
 * The built-in kinds of endpoint descriptions.
 *
 * @twisted twisted.internet.endpoints._serverParsers, _clientParsers, and Twisted's own plugins
 */
export { type ClientKind, kindOf, type ServerKind } from './kind';
import { FD_SERVER, SYSTEMD_SERVER } from './adopted';
import { HAPROXY_SERVER } from './haproxy';
import type { ClientKind, ServerKind } from './kind';
import { SSL_CLIENT, SSL_SERVER } from './ssl';
import { TCP6_SERVER, TCP_CLIENT, TCP_SERVER } from './tcp';
import { TLS_CLIENT, TLS_SERVER } from './tls';
import { UNIX_CLIENT, UNIX_SERVER } from './unix';

/** Kinds of servers, in the order of the reference. */
export const SERVER_KINDS: readonly ServerKind[] = [
  TCP_SERVER,
  TCP6_SERVER,
  UNIX_SERVER,
  SSL_SERVER,
  TLS_SERVER,
  SYSTEMD_SERVER,
  FD_SERVER,
  HAPROXY_SERVER,
];

/** Kinds of clients, in the order of the reference. */
export const CLIENT_KINDS: readonly ClientKind[] = [TCP_CLIENT, TLS_CLIENT, SSL_CLIENT, UNIX_CLIENT];
