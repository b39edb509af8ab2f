/**
 * Arguments: how one kind of value goes into boxes, and comes out of them.
 *
 * @twisted twisted.protocols.amp.Argument, IArgumentType
 *
 * Twisted's `toString` and `fromString` are `toBytes` and `fromBytes` here (every JavaScript object has a `toString`), and get
 * the protocol as well: there is no `toStringProto`.
 */
import { KeyError } from '@skein/reactor/error';
import type { Bytes } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import type { AmpBox } from './ampBox';
import { identifierOf } from './identifier';

/** Options of every argument. */
export interface ArgumentOptions {
  /** Whether it may be left out; then it is null on the other side (default false). */
  readonly optional?: boolean;
}

/** Whether those options make an argument optional. */
export type IsOptional<O extends ArgumentOptions> = O extends { readonly optional: true } ? true : false;

/**
 * The base class of arguments. Subclass it for types of your own.
 *
 * @typeParam In - what can be sent
 * @typeParam Out - what is received
 * @typeParam Optional - whether it may be left out
 *
 * @example
 * class Colour extends Argument<string> {
 *   override toBytes(colour: string) { return Buffer.from(colour.slice(1), 'hex'); }
 *   override fromBytes(bytes: Buffer) { return `#${bytes.toString('hex')}`; }
 * }
 */
export abstract class Argument<In, Out = In, Optional extends boolean = false> {
  readonly optional: Optional;

  constructor(options: ArgumentOptions = {}) {
    this.optional = (options.optional ?? false) as Optional;
  }

  /** A value as bytes, or as text in UTF-8. What it throws comes out of `callRemote`, or is a `BadLocalReturn`. */
  abstract toBytes(value: In, proto: unknown): Bytes;

  /** The value that `bytes` stand for. What it throws is an unknown error for the caller, or fails the call. */
  abstract fromBytes(bytes: Buffer, proto: unknown): Out;

  /**
   * Takes the argument `name` out of a box and puts its value into `objects`.
   *
   * @throws KeyError when it is missing
   */
  fromBox(name: string, strings: AmpBox, objects: Record<string, unknown>, proto: unknown): void {
    const bytes = strings.get(name);
    if (bytes === undefined && !this.optional) throw new KeyError(`the argument "${name}" is missing`);
    objects[identifierOf(name)] = bytes === undefined ? null : this.fromBytes(bytes, proto);
  }

  /**
   * Takes the value of the argument `name` out of `objects` and puts it into a box.
   *
   * @throws KeyError when it is missing
   */
  toBox(name: string, strings: AmpBox, objects: Readonly<Record<string, unknown>>, proto: unknown): void {
    const identifier = identifierOf(name);
    const value = Object.hasOwn(objects, identifier) ? objects[identifier] : undefined;
    if (this.optional && (value ?? null) === null) return;
    if (value === undefined) throw new KeyError(`the argument "${identifier}" is missing`);
    strings.set(name, toBuffer(this.toBytes(value as In, proto)));
  }
}

/** Any argument. */
export type AnyArgument = Argument<never, unknown, boolean>;
