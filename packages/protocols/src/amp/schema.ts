/**
 * Rows of named arguments, and the types of the objects that they describe.
 *
 * @twisted twisted.protocols.amp (`_stringsToObjects`, `_objectsToStrings`)
 */
import type { AmpBox } from './ampBox';
import type { AnyArgument, Argument } from './argument';
import type { Identifier } from './identifier';

/** Names on the wire, and what their values are. */
export type Schema = Readonly<Record<string, AnyArgument>>;

type Optional<A> = A extends { readonly optional: true } ? true : false;
type Sent<A> = A extends Argument<infer In, unknown, boolean> ? In : never;
type Received<A> = A extends Argument<never, infer Out, boolean> ? Out : never;
type Flat<T> = { [K in keyof T]: T[K] };

/** What is given to be sent. */
export type SentObjects<S extends Schema> = Flat<
  { -readonly [K in keyof S as Optional<S[K]> extends true ? never : Identifier<K>]: Sent<S[K]> } & {
    -readonly [K in keyof S as Optional<S[K]> extends true ? Identifier<K> : never]?: Sent<S[K]> | null | undefined;
  }
>;

/** What is received. */
export type ReceivedObjects<S extends Schema> = {
  -readonly [K in keyof S as Identifier<K>]: Optional<S[K]> extends true ? Received<S[K]> | null : Received<S[K]>;
};

/** The values in a box; what the schema does not name is left out. */
export function stringsToObjects(strings: AmpBox, schema: Schema, proto: unknown): Record<string, unknown> {
  const objects: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(schema)) argument.fromBox(name, strings, objects, proto);
  return objects;
}

/** Puts values into a box, and returns it; what the schema does not name is left out. Throws `TypeError` for what is no object. */
export function objectsToStrings<B extends AmpBox>(objects: unknown, schema: Schema, strings: B, proto: unknown): B {
  if (typeof objects !== 'object' || objects === null) {
    throw new TypeError(`cannot put "${String(objects)}" into a box, wanted an object of values`);
  }
  for (const [name, argument] of Object.entries(schema)) {
    argument.toBox(name, strings, objects as Readonly<Record<string, unknown>>, proto);
  }
  return strings;
}
