/**
 * What can be chosen about WebSockets.
 */
import { ValueError } from '@skein/reactor/error';

import type { FrameKind } from './messageMapping';

/** Options of both ends. */
export interface WebSocketOptions {
  /** What a message is; default `'binary'`: see `FrameKind`. */
  readonly frames?: FrameKind;
  /** What ends a line, with `frames: 'lines'`; default CR LF, as `LineReceiver`'s. */
  readonly delimiter?: string;
  /** The longest message that is taken, in bytes; default 1 MiB. A longer one ends the connection with close code 1009. */
  readonly maxPayload?: number;
  /** Seconds of silence until the peer is sent a ping; default 30, null for never. */
  readonly pingInterval?: number | null;
  /**
   * Seconds that the peer has to answer it, until the connection is lost; default 20. A peer that does not read, for as long
   * as both together, counts as gone: also one whose protocol has paused.
   */
  readonly pingTimeout?: number;
  /** Seconds that opening the connection may take, from its being connected on; default 10. */
  readonly handshakeTimeout?: number;
  /** Seconds that the peer has for its part of the end; default 10. */
  readonly closeTimeout?: number;
}

/** Options of a server. */
export interface WebSocketServerOptions extends WebSocketOptions {
  /** The path at which the WebSocket is (`'/chat'`); others are answered with 404. Default null: any. */
  readonly path?: string | null;
  /**
   * Which pages may connect, by their origin (`'https://example.com'`; `'*'`: any). Default null: those whose host is the one
   * that they connect to, on any port. Others are answered with 403. Programs that are no browsers send no origin, and may.
   */
  readonly origins?: readonly string[] | null;
  /** The subprotocols that are spoken, the best first; of those that a client offers the first of these is chosen. Default none. */
  readonly subprotocols?: readonly string[];
  /** HTML for those who come by plain HTTP, at `/` and at `path`; default null: they are told to upgrade (426). */
  readonly page?: string | null;
}

/** Options of a client. */
export interface WebSocketClientOptions extends WebSocketOptions {
  /** The subprotocols that are offered, the best first. Default none; if there are some, the server must choose one. */
  readonly subprotocols?: readonly string[];
  /** The `Origin` to send; default null: none. */
  readonly origin?: string | null;
  /** Further header fields, for example `{ Authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Makes the keys of the handshake and of the frames: numbers from 0 up to 1. Default null: the operating system's
   * randomness, which a client that sends what others hand it needs (RFC 6455, 10.3). For simulations: `() => reactor.random()`.
   */
  readonly random?: (() => number) | null;
}

/** Options of both ends, with nothing left open. */
export interface WebSocketSettings {
  readonly frames: FrameKind;
  readonly delimiter: string;
  readonly maxPayload: number;
  readonly pingInterval: number | null;
  readonly pingTimeout: number;
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
}

/** The kinds of messages. */
export const FRAME_KINDS: readonly FrameKind[] = ['binary', 'text', 'lines'];

/** Fills in the defaults. Throws `ValueError` for what makes no sense. */
export function settingsOf(options: WebSocketOptions): WebSocketSettings {
  const settings = {
    frames: options.frames ?? 'binary',
    delimiter: options.delimiter ?? '\r\n',
    maxPayload: options.maxPayload ?? 1048576,
    pingInterval: options.pingInterval === undefined ? 30 : options.pingInterval,
    pingTimeout: options.pingTimeout ?? 20,
    handshakeTimeout: options.handshakeTimeout ?? 10,
    closeTimeout: options.closeTimeout ?? 10,
  };
  check('frames', settings.frames, FRAME_KINDS.includes(settings.frames), 'binary, text or lines');
  check('delimiter', settings.delimiter, settings.delimiter !== '', 'at least one character');
  const { maxPayload, pingInterval, ...times } = settings;
  const isLength = Number.isInteger(maxPayload) && maxPayload > 0 && maxPayload <= 0x7fffffff;
  check('maxPayload', maxPayload, isLength, 'a whole number of bytes from 1 to 2147483647');
  if (pingInterval !== null) check('pingInterval', pingInterval, pingInterval > 0, 'seconds, more than 0');
  for (const name of ['pingTimeout', 'handshakeTimeout', 'closeTimeout'] as const) {
    check(name, times[name], times[name] > 0 && Number.isFinite(times[name]), 'seconds, more than 0');
  }
  return settings;
}

function check(name: string, value: unknown, isGood: boolean, wanted: string): void {
  if (!isGood) throw new ValueError(`cannot make a WebSocket with ${name} "${String(value)}", wanted ${wanted}`);
}
