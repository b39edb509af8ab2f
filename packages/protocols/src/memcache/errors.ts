/**
 * What a memcached server, or this client, says no with.
 *
 * @twisted twisted.protocols.memcache (its exceptions)
 *
 * Messages are the server's text; Twisted's are the `repr` of its bytes.
 */

function nameError(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

/** The server does not have the command. */
export class NoSuchCommand extends Error {
  static {
    nameError(this, 'NoSuchCommand');
  }
}

/** A command was called with what it does not take; this client has found out, or the server. */
export class ClientError extends Error {
  static {
    nameError(this, 'ClientError');
  }
}

/** Something went wrong on the server. */
export class ServerError extends Error {
  static {
    nameError(this, 'ServerError');
  }
}
