/**
 * The package `ws`: what is used of it, and getting it.
 *
 * Of `ws` the two halves of RFC 6455's framing are used, which it exports: the receiver, which takes bytes and calls back with
 * messages from inside, and the function that makes frames. Its `WebSocket` and `WebSocketServer` are not: they bring
 * sockets, timers and Node's streams of their own, where the reactor has its transports and its clock.
 *
 * `ws` is an optional peer: it is looked for when the first endpoint is made. Its types are not needed, here or by users.
 */
import { RuntimeError } from '@skein/reactor/error';

/** Takes bytes, and calls its listeners from inside `write`. */
export interface FrameReceiver {
  write(chunk: Buffer): boolean;
  /** What was wrong with the bytes; it takes no more then. */
  readonly errored: (Error & { code?: string }) | null;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this;
  on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  removeAllListeners(): this;
}

export interface FrameReceiverOptions {
  readonly isServer: boolean;
  /** The longest message, in bytes. */
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

export interface FrameOptions {
  readonly fin: true;
  readonly rsv1: false;
  readonly opcode: number;
  /** Whether the payload is masked: a client's is. */
  readonly mask: boolean;
  /** The payload is not to be changed. */
  readonly readOnly: true;
  /** Fills four bytes with a masking key; without it, `ws` takes them from the operating system's randomness. */
  readonly generateMask?: (mask: Buffer) => void;
}

/** `ws`, as far as it is used. */
export interface WSPackage {
  readonly Receiver: new (options: FrameReceiverOptions) => FrameReceiver;
  readonly Sender: { frame(data: Buffer, options: FrameOptions): Buffer[] };
}

/** The installed `ws`. Throws `RuntimeError` when there is none, or one that does not have what is used. */
export function loadWS(): WSPackage {
  let ws: Partial<WSPackage>;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer: importing it would make it a must
    ws = require('ws') as Partial<WSPackage>;
  } catch (error) {
    throw new RuntimeError('cannot use WebSockets without the package "ws", wanted it installed: npm install ws', {
      cause: error,
    });
  }
  if (typeof ws.Receiver !== 'function' || typeof ws.Sender?.frame !== 'function') {
    throw new RuntimeError('cannot use this version of the package "ws", wanted 8.18 or later: npm install ws@8');
  }
  return ws as WSPackage;
}
