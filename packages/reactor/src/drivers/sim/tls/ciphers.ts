/**
 * Cipher suites, and what OpenSSL's strings for them select: names, `+` (both), `!` and `-` (not these), some aliases.
 *
 * Left out: `@STRENGTH`, `@SECLEVEL` and whatever else begins with `@`, which are passed over; and suites that nobody should
 * use any more.
 */
import { DriverError, TLS_SYSCALL } from '../../../driver';

export interface Cipher {
  readonly name: string;
  /** Whose keys it is for; null: TLS 1.3's are for any. */
  readonly authentication: 'rsa' | 'ec' | null;
}

/** TLS 1.3's, the best first; a cipher string does not concern them. */
const MODERN: readonly Cipher[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
].map((name) => ({ name, authentication: null }));

const OLDER: readonly Cipher[] = [
  ...['AES256-GCM-SHA384', 'CHACHA20-POLY1305', 'AES128-GCM-SHA256', 'AES256-SHA384', 'AES128-SHA256'].flatMap(
    (rest): Cipher[] => [
      { name: `ECDHE-ECDSA-${rest}`, authentication: 'ec' },
      { name: `ECDHE-RSA-${rest}`, authentication: 'rsa' },
    ],
  ),
  ...['AES256-GCM-SHA384', 'CHACHA20-POLY1305', 'AES128-GCM-SHA256'].map((rest): Cipher => ({
    name: `DHE-RSA-${rest}`,
    authentication: 'rsa',
  })),
];

const ALIASES: Readonly<Record<string, RegExp>> = {
  ALL: /./,
  DEFAULT: /./,
  HIGH: /./,
  ECDH: /^ECDHE/,
  ECDHE: /^ECDHE/,
  EECDH: /^ECDHE/,
  DH: /^DHE/,
  DHE: /^DHE/,
  EDH: /^DHE/,
  aRSA: /-RSA-/,
  RSA: /-RSA-/,
  aECDSA: /ECDSA/,
  ECDSA: /ECDSA/,
  AES: /AES/,
  AESGCM: /AES.*GCM/,
  AES128: /AES128/,
  AES256: /AES256/,
  CHACHA20: /CHACHA20/,
  SHA256: /SHA256$/,
  SHA384: /SHA384$/,
};

/** The suites that a string of OpenSSL's selects, the best first; null: all. Throws when it selects none. */
export function ciphersOf(text: string | null): readonly Cipher[] {
  if (text === null) return [...MODERN, ...OLDER];
  const selected = new Set<Cipher>();
  const killed = new Set<Cipher>();
  for (const token of text.split(/[:, ]+/)) {
    if (token === '' || token.startsWith('@')) continue;
    const operator = /^[!+-]/.exec(token)?.[0] ?? '';
    for (const cipher of matching(token.slice(operator.length))) {
      if (operator === '!') killed.add(cipher);
      if (operator === '!' || operator === '-') selected.delete(cipher);
      else if (!killed.has(cipher) && operator === '') selected.add(cipher);
    }
  }
  const named = MODERN.filter((cipher) => selected.has(cipher));
  const older = [...selected].filter(({ authentication }) => authentication !== null);
  if (older.length + named.length === 0)
    throw new DriverError('ERR_SSL_NO_CIPHER_MATCH', TLS_SYSCALL, 'no cipher match');
  return [...(named.length > 0 ? named : MODERN), ...older];
}

function matching(selector: string): readonly Cipher[] {
  const exact = [...MODERN, ...OLDER].filter(({ name }) => name === selector);
  if (exact.length > 0) return exact;
  const patterns = selector.split('+').map((part) => ALIASES[part]);
  if (patterns.includes(undefined)) return [];
  return OLDER.filter(({ name }) => patterns.every((pattern) => pattern?.test(name) === true));
}
