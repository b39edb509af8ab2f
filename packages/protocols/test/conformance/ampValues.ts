/**
 * Values and argument types of the recorded area `amp`, from and to their form in the recordings.
 */
import { decodeBytes, type RunLengthCoded } from '../../../reactor/test/conformance/load';
import * as amp from '../../src/amp';

/** A type, as recorded: its name, what it is of, and `optional`. */
export type RecordedType = readonly [name: string, ...rest: unknown[]];
/** The fields of a command or an `AmpList`, as recorded. */
export type RecordedFields = readonly (readonly [name: string, type: RecordedType])[];

type Recorded = Readonly<Record<string, unknown>>;

/** The property's name for a name on the wire, in the recordings: no name there is a keyword. */
const property = (name: string): string => name.replaceAll('-', '_');

const isOptional = (type: RecordedType): boolean => type.at(-1) === 'optional';

/** The arguments of a command. */
export function schemaOf(fields: RecordedFields): Record<string, amp.AnyArgument> {
  return Object.fromEntries(fields.map(([name, type]) => [name, argumentOf(type)]));
}

/** The argument that a recorded type stands for. Integers are `bigint`s: Python's are of any size. */
export function argumentOf(type: RecordedType): amp.AnyArgument {
  const options = { optional: isOptional(type) };
  const [name, of] = type;
  switch (name) {
    case 'Integer':
      return amp.Integer({ ...options, bigint: true });
    case 'String':
      return amp.String(options);
    case 'Float':
      return amp.Float(options);
    case 'Boolean':
      return amp.Boolean(options);
    case 'Unicode':
      return amp.Unicode(options);
    case 'Path':
      return amp.Path(options);
    case 'Decimal':
      return amp.Decimal(options);
    case 'DateTime':
      return amp.DateTime(options);
    case 'ListOf':
      return amp.ListOf(argumentOf(of as RecordedType) as amp.Argument<unknown>, options);
    case 'AmpList':
      return amp.AmpList(schemaOf(of as RecordedFields), options);
    default:
      throw new Error(`there is no argument type ${name}`);
  }
}

function dateTimeOf(fields: readonly (number | null)[]): unknown {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0, utcOffset = null] =
    fields as number[];
  // A date and time of nowhere has no counterpart: anything that is no AmpDateTime.
  if (utcOffset === null) return { year, month, day };
  return new amp.AmpDateTime({ year, month, day, hour, minute, second, microsecond, utcOffset });
}

const FLOATS: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };

/** The value that a recorded one stands for. */
export function valueOf(recorded: unknown): unknown {
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  if (Array.isArray(recorded)) return recorded.map(valueOf);
  const value = recorded as Recorded;
  if ('int' in value) return BigInt(value['int'] as string);
  if ('bytes' in value) return decodeBytes(value['bytes'] as string | RunLengthCoded);
  if ('float' in value) return FLOATS[value['float'] as string] ?? Number(value['float']);
  if ('datetime' in value) return dateTimeOf(value['datetime'] as (number | null)[]);
  if ('dict' in value) return objectsOf(value['dict'] as Recorded);
  return value['text'] ?? value['path'] ?? value['decimal'];
}

/** The values of an object. */
export function objectsOf(recorded: Recorded): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name, valueOf(value)]));
}

/** A value as it is recorded. */
export function rendered(value: unknown, type: RecordedType): unknown {
  if (value === null || value === undefined) return null;
  const [name, of] = type;
  switch (name) {
    case 'Integer':
      return { int: (value as bigint).toString() };
    case 'String':
      return { bytes: (value as Buffer).toString('latin1') };
    case 'Float':
      return { float: amp.Float().toBytes(value as number, null) };
    case 'Unicode':
      return { text: value };
    case 'Path':
      return { path: value };
    case 'Decimal':
      return { decimal: value };
    case 'DateTime': {
      const t = value as amp.AmpDateTime;
      return { datetime: [t.year, t.month, t.day, t.hour, t.minute, t.second, t.microsecond, t.utcOffset] };
    }
    case 'ListOf':
      return (value as unknown[]).map((element) => rendered(element, of as RecordedType));
    case 'AmpList':
      return (value as Recorded[]).map((element) => renderedObjects(element, of as RecordedFields));
    default:
      return value;
  }
}

/** An object of values as it is recorded. */
export function renderedObjects(objects: Recorded, fields: RecordedFields): unknown {
  return { dict: Object.fromEntries(fields.map(([name, type]) => [property(name), rendered(objects[property(name)], type)])) };
}

/** A box as it is recorded. */
export function renderedBox(box: amp.AmpBox): unknown {
  return [...box].map(([key, value]) => [key, value.toString('latin1')]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

/** An error as it is recorded. */
export function renderedError(error: unknown): unknown[] {
  if (!(error instanceof Error)) throw error;
  if (error instanceof amp.TooLong) {
    const { isKey, isLocal, keyName } = error;
    return ['TooLong', { isKey, isLocal, keyName }];
  }
  if (error instanceof amp.UnknownRemoteError) return ['UnknownRemoteError', error.description];
  if (error instanceof amp.RemoteAmpError) {
    const { errorCode, description, fatal } = error;
    return ['RemoteAmpError', { errorCode, description, fatal }];
  }
  return error instanceof amp.AmpError ? [error.name] : [error.name, error.message];
}
