/**
 * Addresses of connections.
 *
 * @twisted twisted.internet.address
 *
 * Immutable values, compared by `equals` (Python's `==`) and printed as Python prints them, so that logs read the same.
 *
 * Left out: two `UNIXAddress`es are equal when their names are, and not when different names lead to the same file
 * (that would be a file operation in a comparison); addresses are no keys (use `String(address)` for a `Map`).
 */
import { ValueError } from './builtinErrors';
import type { IAddress } from './interfaces/address';

/**
 * An IPv4 socket address.
 *
 * @twisted twisted.internet.address.IPv4Address
 *
 * @example
 * String(new IPv4Address('TCP', '127.0.0.1', 80)); // "IPv4Address(type='TCP', host='127.0.0.1', port=80)"
 */
export class IPv4Address implements IAddress {
  readonly type: 'TCP' | 'UDP';
  /** A dotted quad. */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;

  /** Throws `ValueError` when `type` is neither `'TCP'` nor `'UDP'`. */
  constructor(type: 'TCP' | 'UDP', host: string, port: number) {
    checkType(type);
    this.type = type;
    this.host = host;
    this.port = port;
    Object.freeze(this);
  }

  equals(other: unknown): boolean {
    return (
      other instanceof IPv4Address && other.host === this.host && other.port === this.port && other.type === this.type
    );
  }

  toString(): string {
    return `IPv4Address(type='${this.type}', host=${repr(this.host)}, port=${String(this.port)})`;
  }
}

/**
 * An IPv6 socket address.
 *
 * @twisted twisted.internet.address.IPv6Address
 */
export class IPv6Address implements IAddress {
  readonly type: 'TCP' | 'UDP';
  /** An IPv6 address in text; may carry a scope (`fe80::1%eth0`). */
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
  /** The flow label; 0 when it is not known. */
  readonly flowInfo: number;
  /** The interface a link-local address belongs to, by number or name; 0 when there is none. */
  readonly scopeID: number | string;

  /** Throws `ValueError` when `type` is neither `'TCP'` nor `'UDP'`. */
  constructor(type: 'TCP' | 'UDP', host: string, port: number, flowInfo = 0, scopeID: number | string = 0) {
    checkType(type);
    this.type = type;
    this.host = host;
    this.port = port;
    this.flowInfo = flowInfo;
    this.scopeID = scopeID;
    Object.freeze(this);
  }

  equals(other: unknown): boolean {
    return (
      other instanceof IPv6Address &&
      other.host === this.host &&
      other.port === this.port &&
      other.type === this.type &&
      other.flowInfo === this.flowInfo &&
      other.scopeID === this.scopeID
    );
  }

  toString(): string {
    const scope = typeof this.scopeID === 'string' ? repr(this.scopeID) : String(this.scopeID);
    return (
      `IPv6Address(type='${this.type}', host=${repr(this.host)}, port=${String(this.port)}, ` +
      `flowInfo=${String(this.flowInfo)}, scopeID=${scope})`
    );
  }
}

/**
 * The address of a UNIX socket.
 *
 * @twisted twisted.internet.address.UNIXAddress
 */
export class UNIXAddress implements IAddress {
  readonly type = 'UNIX';
  /** The path (beginning with `\0`: a name in Linux' abstract namespace), or null for a socket without a name. */
  readonly name: string | null;

  constructor(name: string | null) {
    this.name = name;
    Object.freeze(this);
  }

  equals(other: unknown): boolean {
    return other instanceof UNIXAddress && other.name === this.name;
  }

  toString(): string {
    return `UNIXAddress(${this.name === null ? 'None' : repr(this.name)})`;
  }
}

/**
 * A host name and a port, before the name is looked up: where a `HostnameEndpoint` connects to.
 *
 * @twisted twisted.internet.address.HostnameAddress
 */
export class HostnameAddress implements IAddress {
  readonly hostname: string;
  /** 0 to 65535. */
  readonly port: number;

  constructor(hostname: string, port: number) {
    this.hostname = hostname;
    this.port = port;
    Object.freeze(this);
  }

  equals(other: unknown): boolean {
    return other instanceof HostnameAddress && other.hostname === this.hostname && other.port === this.port;
  }

  /** As Twisted prints it, where host names are bytes: `HostnameAddress(hostname=b'example.com', port=80)`. */
  toString(): string {
    return `HostnameAddress(hostname=b${repr(this.hostname)}, port=${String(this.port)})`;
  }
}

function checkType(type: string): void {
  if (type !== 'TCP' && type !== 'UDP') {
    throw new ValueError(`cannot make an address of type "${type}", wanted "TCP" or "UDP"`);
  }
}

/** Text as Python's `repr` writes it: a path may hold any character, and a log line must stay one line. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) {
    if (character === quote || character === '\\') body += `\\${character}`;
    else if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) body += character;
    else body += escape(character);
  }
  return quote + body + quote;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escape(character: string): string {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
