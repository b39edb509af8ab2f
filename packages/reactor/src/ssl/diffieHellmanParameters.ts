/**
 * What a server needs for the `DHE` cipher suites, which without it are not available; `ECDHE` needs nothing.
 *
 * @twisted twisted.internet.ssl.DiffieHellmanParameters
 *
 * Twisted's `fromFile` is given a `FilePath`; here it is the file's name.
 */
import { InvalidPEMError } from './errors';
import { readParametersFile } from './pemFiles';

const BLOCK = /-----BEGIN DH PARAMETERS-----([\sA-Za-z0-9+/=]+)-----END DH PARAMETERS-----/;
const CODE = 'ERR_TLS_DH_PARAMETERS';
/** OpenSSL refuses smaller primes. */
const SMALLEST_BITS = 1024;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * @example
 * // openssl dhparam -out dh.pem 2048
 * new CertificateOptions({ privateKey, certificate, dhParameters: DiffieHellmanParameters.fromFile('dh.pem') });
 */
export class DiffieHellmanParameters {
  /** PEM, alone. */
  readonly original: string;

  /**
   * The parameters in a PEM text.
   *
   * @throws InvalidPEMError when there are none in it, or the prime has fewer than 1024 bits
   */
  static loadPEM(pem: string): DiffieHellmanParameters {
    const block = BLOCK.exec(pem);
    const bits = block === null ? null : bitsOfPrime(Buffer.from(block[1] ?? '', 'base64'));
    if (block === null || bits === null) {
      throw new InvalidPEMError(CODE, 'cannot load Diffie-Hellman parameters: wanted a PEM block "DH PARAMETERS"');
    }
    if (bits < SMALLEST_BITS) {
      throw new InvalidPEMError(
        CODE,
        `cannot load Diffie-Hellman parameters: the prime has ${bits} bits, wanted at least ${SMALLEST_BITS}`,
      );
    }
    return new DiffieHellmanParameters(block[0]);
  }

  /** The parameters in a PEM file. Throws as `loadPEM`, and `OSError` when the file cannot be read. */
  static fromFile(fileName: string): DiffieHellmanParameters {
    return DiffieHellmanParameters.loadPEM(readParametersFile(fileName));
  }

  private constructor(original: string) {
    this.original = original;
  }
}

/** The bits of the first number of a sequence of two (PKCS #3); null for anything else: OpenSSL would ignore it without a word. */
function bitsOfPrime(der: Buffer): number | null {
  const sequence = element(der, 0, SEQUENCE);
  if (sequence?.end !== der.length) return null;
  const prime = element(der, sequence.start, INTEGER);
  if (prime === null || element(der, prime.end, INTEGER) === null) return null;
  const digits = der.subarray(prime.start, prime.end).toString('hex').replace(/^0+/, '');
  return digits === '' ? null : (digits.length - 1) * 4 + parseInt(digits.charAt(0), 16).toString(2).length;
}

/** Where the contents of a DER element are; null when it is not whole, or of another type. */
function element(der: Buffer, at: number, type: number): { readonly start: number; readonly end: number } | null {
  if (der[at] !== type) return null;
  const first = der[at + 1] ?? 0x80;
  // From 128 on, the length comes in as many bytes as the low bits say.
  const count = first < 0x80 ? 0 : first & 0x7f;
  if ((first >= 0x80 && count === 0) || count > 4 || at + 2 + count > der.length) return null;
  const start = at + 2 + count;
  const end = start + (count === 0 ? first : der.readUIntBE(at + 2, count));
  return end <= der.length ? { start, end } : null;
}
