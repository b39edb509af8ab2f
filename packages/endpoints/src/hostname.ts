/**
 * Host names as they are written, and as they are asked for.
 *
 * @twisted twisted.internet.endpoints.HostnameEndpoint._hostAsBytesAndText
 *
 * International names are mapped by the URL standard's rules (UTS 46); Twisted's are stricter in what they take
 * (IDNA 2008): there, `my_service` and `☃.example` are no host names.
 */
import { domainToASCII } from 'node:url';

/** A host, taken for what it is. */
export interface Hostname {
  /** Whether it is an address or can be a name. */
  readonly valid: boolean;
  /** As given, in Unicode's composed form; with backslash escapes when it is not valid. */
  readonly text: string;
  /** In ASCII: `xn--…` for an international name. */
  readonly ascii: string;
}

/** Looks at a host name or literal address; never throws. */
export function toHostname(host: string): Hostname {
  const text = host.normalize('NFC');
  // No host name has a colon, and every IPv6 address has.
  const ascii = text.includes(':') ? text : domainToASCII(text);
  if (ascii !== '') return { valid: true, text, ascii };
  const escaped = text.replace(/[^\x00-\x7f]/gu, escape); // eslint-disable-line no-control-regex -- all of ASCII
  return { valid: false, text: escaped, ascii: escaped };
}

/** A character as Python's `backslashreplace` writes it. */
function escape(character: string): string {
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
