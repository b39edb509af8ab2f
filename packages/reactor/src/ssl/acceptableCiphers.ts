/**
 * Which cipher suites are acceptable.
 *
 * @twisted twisted.internet.ssl.AcceptableCiphers
 *
 * What a cipher string stands for is OpenSSL's business and not expanded here: a string that names nothing is found out
 * when the context is first used. The suites of TLS 1.3 are not concerned unless they are named (`TLS_…`).
 */
import type { IAcceptableCiphers, ICipher } from '../interfaces';

/**
 * Forward secrecy and authenticated encryption first, as Twisted orders them; no static RSA key exchange, which Twisted
 * still has at the end.
 */
const DEFAULT =
  'ECDH+AESGCM:ECDH+CHACHA20:DH+AESGCM:DH+CHACHA20:ECDH+AES256:DH+AES256:ECDH+AES128:DH+AES:!aNULL:!MD5:!DSS';

/** What other implementations of `IAcceptableCiphers` are given to select from. */
const KNOWN: readonly ICipher[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  ...['ECDHE-ECDSA', 'ECDHE-RSA', 'DHE-RSA'].flatMap((exchange) => [
    `${exchange}-AES256-GCM-SHA384`,
    `${exchange}-CHACHA20-POLY1305`,
    `${exchange}-AES128-GCM-SHA256`,
  ]),
].map((fullName) => ({ fullName }));

export class AcceptableCiphers implements IAcceptableCiphers {
  /** OpenSSL's cipher string. */
  readonly cipherString: string;

  constructor(ciphers: Iterable<ICipher>) {
    this.cipherString = [...ciphers].map(({ fullName }) => fullName).join(':');
  }

  /** From a cipher string of OpenSSL's, for example `'ECDHE+AESGCM:!aNULL'`. */
  static fromOpenSSLCipherString(cipherString: string): AcceptableCiphers {
    return new AcceptableCiphers([{ fullName: cipherString }]);
  }

  /** Those of `availableCiphers` that the cipher string names one by one. */
  selectCiphers(availableCiphers: readonly ICipher[]): readonly ICipher[] {
    const names = this.cipherString.split(':');
    return names.flatMap((name) => availableCiphers.find(({ fullName }) => fullName === name) ?? []);
  }
}

/** What is acceptable where nobody says anything. */
export const defaultCiphers = AcceptableCiphers.fromOpenSSLCipherString(DEFAULT);

/** The cipher string for any implementation. */
export function cipherStringOf(ciphers: IAcceptableCiphers): string {
  if (ciphers instanceof AcceptableCiphers) return ciphers.cipherString;
  return new AcceptableCiphers(ciphers.selectCiphers(KNOWN)).cipherString;
}
