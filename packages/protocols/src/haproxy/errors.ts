/**
 * What is wrong with a PROXY header.
 *
 * @twisted twisted.protocols.haproxy (its exceptions)
 */

function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** The header is none, or malformed. */
export class InvalidProxyHeader extends Error {
  static {
    nameError(this, 'InvalidProxyHeader');
  }
}

/** The header names a network protocol that there is not. */
export class InvalidNetworkProtocol extends InvalidProxyHeader {
  static {
    nameError(this, 'InvalidNetworkProtocol');
  }
}

/** The addresses are missing, or cut off. */
export class MissingAddressData extends InvalidProxyHeader {
  static {
    nameError(this, 'MissingAddressData');
  }
}
