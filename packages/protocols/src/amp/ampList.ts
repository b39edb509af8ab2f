/**
 * Lists of objects, each a box.
 *
 * @twisted twisted.protocols.amp.AmpList
 */
import { AmpBox } from './ampBox';
import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { parseString } from './parse';
import { objectsToStrings, type ReceivedObjects, type Schema, type SentObjects, stringsToObjects } from './schema';

class AmpListArgument extends Argument<Iterable<unknown>, unknown[], boolean> {
  readonly #subargs: Schema;

  constructor(subargs: Schema, options?: ArgumentOptions) {
    super(options);
    this.#subargs = subargs;
  }

  override toBytes(values: Iterable<unknown>, proto: unknown): Buffer {
    return Buffer.concat(
      Array.from(values, (objects) => objectsToStrings(objects, this.#subargs, new AmpBox(), proto).serialize()),
    );
  }

  override fromBytes(bytes: Buffer, proto: unknown): unknown[] {
    return parseString(bytes).map((box) => stringsToObjects(box, this.#subargs, proto));
  }
}

/**
 * Lists of objects of one form; all of it in 65535 bytes.
 *
 * @example
 * static override readonly response = { users: AmpList({ name: Unicode(), age: Integer({ optional: true }) }) };
 */
export function AmpList<const S extends Schema, const O extends ArgumentOptions = ArgumentOptions>(
  subargs: S,
  options?: O,
): Argument<Iterable<SentObjects<S>>, ReceivedObjects<S>[], IsOptional<O>> {
  type List = Argument<Iterable<SentObjects<S>>, ReceivedObjects<S>[], IsOptional<O>>;
  return new AmpListArgument(subargs, options) as unknown as List;
}
