import { defineInterface } from './defineInterface';

/**
 * An address: where a connection comes from or goes to.
 *
 * @twisted twisted.internet.interfaces.IAddress
 */
export interface IAddress {
  /** The kind of transport the address belongs to: `'TCP'`, `'UDP'` or `'UNIX'`; absent on addresses without one. */
  readonly type?: string;
  /** Whether `other` names the same place: same class, same fields. (Python's `==`.) */
  equals(other: unknown): boolean;
  /** The address as Twisted prints it, for example `IPv4Address(type='TCP', host='127.0.0.1', port=80)`. */
  toString(): string;
}
export const IAddress = defineInterface<IAddress>('IAddress', ['equals', 'toString']);
