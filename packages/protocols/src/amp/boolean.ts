/**
 * True and false.
 *
 * @twisted twisted.protocols.amp.Boolean
 */
import { Argument, type ArgumentOptions, type IsOptional } from './argument';

class BooleanArgument extends Argument<boolean, boolean, boolean> {
  override toBytes(value: unknown): string {
    return value ? 'True' : 'False';
  }

  override fromBytes(bytes: Buffer): boolean {
    const text = bytes.toString('latin1');
    if (text === 'True') return true;
    if (text === 'False') return false;
    throw new TypeError(`Bad boolean value: "${text}"`);
  }
}

/** True and false. */
export function Boolean<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<boolean, boolean, IsOptional<O>> {
  return new BooleanArgument(options) as unknown as Argument<boolean, boolean, IsOptional<O>>;
}
