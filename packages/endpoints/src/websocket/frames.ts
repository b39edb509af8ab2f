/**
 * Frames, as they are written, and close codes (RFC 6455, 5.2 and 7.4).
 */
import { ValueError } from '@skein/reactor/error';
import type { ITransport } from '@skein/reactor/interfaces';

import type { FrameOptions, WSPackage } from './wsPackage';

export const Opcode = { TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  /** Stands for a Close frame without a code. */
  NONE: 1005,
  NOT_UTF8: 1007,
  POLICY: 1008,
  TOO_BIG: 1009,
} as const;

/** Close codes for what `ws` finds wrong, by the names that it documents; anything else is a protocol error. */
const CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: CloseCode.NOT_UTF8,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: CloseCode.TOO_BIG,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: CloseCode.TOO_BIG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: CloseCode.POLICY,
};

const MAX_REASON = 123;

/** The close code that a broken rule is answered with. */
export function codeOf(error: { code?: string }): number {
  return CODES[error.code ?? ''] ?? CloseCode.PROTOCOL_ERROR;
}

/** Whether a connection that ends with this code has ended cleanly. */
export function isCleanCode(code: number): boolean {
  return code === CloseCode.NORMAL || code === CloseCode.GOING_AWAY || code === CloseCode.NONE;
}

/** The payload of a Close frame. Throws `ValueError` for what may not be sent. */
export function closePayload(code: number, reason: string): Buffer {
  const isDefined = Number.isInteger(code) && code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006);
  if (!isDefined && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
    throw new ValueError(`cannot close a WebSocket with code "${code}", wanted 1000, or 3000 to 4999`);
  }
  const text = Buffer.from(reason);
  if (text.length > MAX_REASON) {
    throw new ValueError(
      `cannot close a WebSocket with a reason of ${text.length} bytes, wanted at most ${MAX_REASON}`,
    );
  }
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code);
  text.copy(payload, 2);
  return payload;
}

/** Writes frames to a connection. */
export class FrameWriter {
  readonly #ws: WSPackage;
  readonly #transport: ITransport;
  readonly #masking: Pick<FrameOptions, 'mask' | 'generateMask'>;

  constructor(ws: WSPackage, transport: ITransport, mask: boolean, random: (() => number) | null) {
    this.#ws = ws;
    this.#transport = transport;
    this.#masking =
      random === null
        ? { mask }
        : { mask, generateMask: (key) => void key.writeUInt32BE(Math.floor(random() * 0x1_0000_0000)) };
  }

  write(opcode: number, payload: Buffer): void {
    const options: FrameOptions = { fin: true, rsv1: false, opcode, readOnly: true, ...this.#masking };
    this.#transport.writeSequence(this.#ws.Sender.frame(payload, options));
  }
}
