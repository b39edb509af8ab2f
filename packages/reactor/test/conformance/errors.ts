/** The application errors of the scenarios, and errors and addresses as the recordings write them. */
import { HostnameAddress, IPv4Address, IPv6Address } from '../../src/address';
import { FailureGroup, FirstError, TimeoutError } from '../../src/defer/errors';
import { ConnectingCancelledError } from '../../src/error';
import type { IAddress } from '../../src/interfaces';

class ErrA extends Error {
  override readonly name: string = 'ErrA';
}
class ErrB extends Error {
  override readonly name: string = 'ErrB';
}
class ErrC extends ErrA {
  override readonly name: string = 'ErrC';
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = { ErrA, ErrB, ErrC };

/** The error that a scenario calls `[type, message]`. */
export function makeError(type: unknown, message: unknown): Error {
  const errorClass = CLASSES[String(type)];
  if (errorClass === undefined) throw new Error(`unknown error class ${String(type)}`);
  return new errorClass(String(message));
}

/** An error as it stands in a log. */
export function renderError(error: Error): unknown[] {
  if (error instanceof FirstError) return ['FirstError', error.index, renderError(error.subFailure.value)];
  if (error instanceof FailureGroup) return ['FailureGroup', error.errors.map(renderError)];
  if (error instanceof TimeoutError && error.timeout !== null) return ['TimeoutError', error.timeout, 'Deferred'];
  if (error instanceof ConnectingCancelledError) return [error.name, renderAddress(error.address)];
  return [error.name, error.message];
}

/** An address as it stands in a log. */
export function renderAddress(address: IAddress): unknown[] {
  if (address instanceof HostnameAddress) return ['Hostname', address.hostname, address.port];
  if (address instanceof IPv6Address) return ['IPv6', address.host, address.port];
  if (address instanceof IPv4Address) return ['IPv4', address.host, address.port];
  throw new Error(`no way to write down ${String(address)}`);
}
