/**
 * Text.
 *
 * @twisted twisted.protocols.amp.Unicode
 */
import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { decodeText, encodeText } from './utf8';

class UnicodeArgument extends Argument<string, string, boolean> {
  override toBytes(value: string): Buffer {
    return encodeText(value);
  }

  override fromBytes(bytes: Buffer): string {
    return decodeText(bytes);
  }
}

/** Text, in UTF-8. What is not UTF-8 is an error. */
export function Unicode<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<string, string, IsOptional<O>> {
  return new UnicodeArgument(options) as unknown as Argument<string, string, IsOptional<O>>;
}
