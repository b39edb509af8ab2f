/**
 * Paths of files.
 *
 * @twisted twisted.protocols.amp.Path
 *
 * Values are text where Twisted has `FilePath` objects.
 */
import { resolve } from 'node:path';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { decodeText, encodeText } from './utf8';

class PathArgument extends Argument<string, string, boolean> {
  override toBytes(value: string): Buffer {
    if (typeof value !== 'string') throw new TypeError(`cannot send "${String(value)}" as a path, wanted a string`);
    return encodeText(resolve(value));
  }

  override fromBytes(bytes: Buffer): string {
    return resolve(decodeText(bytes));
  }
}

/** Paths of files: absolute and without `..`, on both sides, as `FilePath` makes them. For programs of one machine. */
export function Path<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<string, string, IsOptional<O>> {
  return new PathArgument(options) as unknown as Argument<string, string, IsOptional<O>>;
}
