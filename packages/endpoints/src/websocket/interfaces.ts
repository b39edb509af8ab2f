/**
 * What a protocol behind a WebSocket endpoint can ask of its transport.
 *
 * No Twisted counterpart.
 */
import { defineInterface, ITCPTransport } from '@skein/reactor/interfaces';

import type { HTTPHeaders } from './httpHead';

/** How the WebSocket was opened. */
export interface WebSocketHandshake {
  /** The path and query that the client asked for. */
  readonly path: string;
  /** What the other side sent with the handshake: on a server the request's header fields, on a client the response's. */
  readonly headers: HTTPHeaders;
  /** The subprotocol agreed on; null: none. */
  readonly subprotocol: string | null;
}

/**
 * The transport of a protocol behind a WebSocket endpoint.
 *
 * There is no half-close: `loseWriteConnection` sends the Close frame, and the connection ends when the peer has sent its own.
 */
export interface IWebSocketTransport extends ITCPTransport {
  readonly handshake: WebSocketHandshake;
  /** The connection below: for its certificate, for example. Leave reading, writing and closing it to the WebSocket. */
  readonly underlying: ITCPTransport;
  /**
   * `loseConnection`, with a close code and a reason that the peer is told.
   *
   * Throws `ValueError` for a code that may not be sent (wanted 1000 to 1014 but 1004 to 1006, or 3000 to 4999) and for a reason
   * of more than 123 bytes.
   */
  closeConnection(code: number, reason?: string): void;
}
export const IWebSocketTransport = defineInterface<IWebSocketTransport>(
  'IWebSocketTransport',
  ['handshake', 'underlying', 'closeConnection'],
  ITCPTransport,
);
