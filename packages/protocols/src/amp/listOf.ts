/**
 * Lists of one kind of value.
 *
 * @twisted twisted.protocols.amp.ListOf
 *
 * The elements may be of any type, lists and `AmpList`s included. (Twisted's elements get no protocol, and so are plain ones.)
 */
import { toBuffer } from '../bytes';

import { type AnyArgument, Argument, type ArgumentOptions, type IsOptional } from './argument';
import { MAX_VALUE_LENGTH } from './constants';
import { TooLong } from './errors';
import { prefixedStrings } from './prefixedStrings';

class ListOfArgument extends Argument<Iterable<never>, unknown[], boolean> {
  readonly #elementType: AnyArgument;

  constructor(elementType: AnyArgument, options?: ArgumentOptions) {
    super(options);
    this.#elementType = elementType;
  }

  override toBytes(values: Iterable<never>, proto: unknown): Buffer {
    const pieces: Buffer[] = [];
    for (const value of values) {
      const element = toBuffer(this.#elementType.toBytes(value, proto));
      if (element.length > MAX_VALUE_LENGTH) throw new TooLong(false, true, element, 'element');
      const prefix = Buffer.allocUnsafe(2);
      prefix.writeUInt16BE(element.length);
      pieces.push(prefix, element);
    }
    return Buffer.concat(pieces);
  }

  override fromBytes(bytes: Buffer, proto: unknown): unknown[] {
    return Array.from(prefixedStrings(bytes), (element) => this.#elementType.fromBytes(element, proto));
  }
}

/**
 * Lists of values of one type; all of it in 65535 bytes, with 2 for each element.
 *
 * @example
 * static override readonly arguments = { numbers: ListOf(Integer()) };
 */
export function ListOf<In, Out, const O extends ArgumentOptions = ArgumentOptions>(
  elementType: Argument<In, Out>,
  options?: O,
): Argument<Iterable<In>, Out[], IsOptional<O>> {
  const list = new ListOfArgument(elementType, options);
  return list as unknown as Argument<Iterable<In>, Out[], IsOptional<O>>;
}
