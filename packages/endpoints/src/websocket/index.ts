/**
 * WebSockets: the same factory serves browsers, over any endpoint. Importing this registers the descriptions `ws:` and `wss:`.
 *
 * Needs the package `ws` (an optional peer). Twisted has none; Autobahn's `WrappingWebSocketServerFactory` is nearest.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `ws:PORT[:interface=…][:backlog=N]` and the options below | {@link WebSocketServerEndpoint} over TCP |
 * | `wss:PORT:privateKey=FILE:certKey=FILE` and those of `ssl:` | the same over TLS |
 * | `ws:DESCRIPTION` (its colons as `\:`) | the same over any other endpoint, for example `ws:unix\:/run/chat.sock` |
 * | `wss:DESCRIPTION:privateKey=FILE:certKey=FILE` | the same, and TLS over it, as `tls:` |
 * | `ws:HOST:PORT[:timeout=SECONDS]`, `wss:HOST:PORT` | {@link WebSocketClientEndpoint} over TCP, over TLS |
 *
 * Options: `frames=binary|text|lines`, `path=/chat`, `maxPayload=BYTES`, `pingInterval=SECONDS` (0: never), `pingTimeout=SECONDS`,
 * `subprotocols=a,b`; of a server `origins=https\://example.com,…` (`*`: any) and `page=FILE`; of a client `origin=…`.
 *
 * Left out: compression (permessage-deflate), and HTTP beyond the handshake.
 *
 * @example
 * import '@skein/endpoints/websocket';
 * serverFromString(reactor, 'ws:8124:frames=lines').listen(new ChatFactory());
 */
import { registerEndpointParser } from '../description/plugins';

import { webSocketParsers } from './descriptions';

export { WebSocketClosed, WebSocketHandshakeError } from './errors';
export type { HTTPHeaders } from './httpHead';
export type { FrameKind } from './messageMapping';
export type { WebSocketClientOptions, WebSocketOptions, WebSocketServerOptions } from './options';
export { WebSocketClientEndpoint } from './webSocketClientEndpoint';
export { WebSocketFactory } from './webSocketFactory';
export { WebSocketServerEndpoint } from './webSocketServerEndpoint';
export { IWebSocketTransport, type WebSocketHandshake } from './interfaces';

for (const parser of webSocketParsers) registerEndpointParser(parser);
