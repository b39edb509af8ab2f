/**
 * How WebSockets fail, where Twisted's errors say too little.
 */
import { ConnectError, ConnectionLost } from '@skein/reactor/error';

/**
 * The connection ended with a close code that is no clean end, on either side's account: what `connectionLost` is told.
 * (1000, 1001 and no code at all are `ConnectionDone`.)
 */
export class WebSocketClosed extends ConnectionLost {
  static override readonly MESSAGE: string = 'WebSocket connection was closed';
  override readonly name: string = 'WebSocketClosed';
  /** RFC 6455, 7.4: for example 1002 (protocol error), 1009 (message too big), 1011 (internal error), 4000 to 4999 (yours). */
  readonly closeCode: number;
  /** What the peer said about it; may be empty. */
  readonly closeReason: string;

  constructor(closeCode: number, closeReason: string, options?: ErrorOptions) {
    super(closeReason === '' ? String(closeCode) : `${closeCode}, "${closeReason}"`, options);
    this.closeCode = closeCode;
    this.closeReason = closeReason;
  }
}

/** The other side did not become a WebSocket: what a client endpoint's `connect` fails with. */
export class WebSocketHandshakeError extends ConnectError {
  override readonly name: string = 'WebSocketHandshakeError';
  /** The HTTP status that the server answered with; null when it did not answer in HTTP. */
  readonly status: number | null;

  constructor(status: number | null, problem: string, options?: ErrorOptions) {
    super(null, problem, options);
    this.status = status;
  }
}
