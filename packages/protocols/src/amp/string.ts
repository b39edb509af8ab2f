/**
 * Bytes as they are.
 *
 * @twisted twisted.protocols.amp.String
 */
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';

class StringArgument extends Argument<Bytes, Buffer, boolean> {
  override toBytes(value: Bytes): Buffer {
    return toBuffer(value);
  }

  override fromBytes(bytes: Buffer): Buffer {
    return bytes;
  }
}

/** Bytes, up to 65535. Text is sent as UTF-8; what is received is a `Buffer`. See `Unicode` for text on both sides. */
export function String<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<Bytes, Buffer, IsOptional<O>> {
  return new StringArgument(options) as unknown as Argument<Bytes, Buffer, IsOptional<O>>;
}
