/**
 * Who a certificate is of, or by.
 *
 * @twisted twisted.internet._sslverify.DistinguishedName
 *
 * Values are text (Twisted: ASCII bytes). Fields beside the seven that Twisted knows are left out.
 */
const FIELDS = {
  CN: 'commonName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
  L: 'localityName',
  ST: 'stateOrProvinceName',
  C: 'countryName',
  emailAddress: 'emailAddress',
} as const;

type ShortName = keyof typeof FIELDS;
type LongName = (typeof FIELDS)[ShortName];

/** The fields of a name, by their long names. */
export type DistinguishedNameFields = Partial<Readonly<Record<LongName, string>>>;

/**
 * A name: its fields are attributes, by their long and their short names. A field it does not have is undefined.
 *
 * @example
 * const dn = new DistinguishedName({ commonName: 'www.example.com', countryName: 'US' });
 * dn.CN; // 'www.example.com'
 */
export class DistinguishedName {
  declare readonly commonName: string | undefined;
  declare readonly organizationName: string | undefined;
  declare readonly organizationalUnitName: string | undefined;
  declare readonly localityName: string | undefined;
  declare readonly stateOrProvinceName: string | undefined;
  declare readonly countryName: string | undefined;
  declare readonly emailAddress: string | undefined;
  declare readonly CN: string | undefined;
  declare readonly O: string | undefined;
  declare readonly OU: string | undefined;
  declare readonly L: string | undefined;
  declare readonly ST: string | undefined;
  declare readonly C: string | undefined;

  constructor(fields: Partial<Readonly<Record<LongName | ShortName, string>>> = {}) {
    for (const [name, value] of Object.entries(fields)) {
      const long = name in FIELDS ? FIELDS[name as ShortName] : (name as LongName);
      const short = (Object.keys(FIELDS) as ShortName[]).find((each) => FIELDS[each] === long);
      if (short === undefined) throw new TypeError(`'${name}' is not a valid OpenSSL X509 name field`);
      Object.defineProperty(this, long, { value, enumerable: true });
      if (short !== long) Object.defineProperty(this, short, { value });
    }
  }

  /** From the lines `CN=www.example.com` that `X509Certificate.subject` consists of. */
  static fromX509(lines: string | undefined): DistinguishedName {
    const fields: Partial<Record<ShortName, string>> = {};
    for (const line of (lines ?? '').split('\n')) {
      const at = line.indexOf('=');
      const short = line.slice(0, at) as ShortName;
      if (at > 0 && short in FIELDS) fields[short] ??= line.slice(at + 1);
    }
    return new DistinguishedName(fields);
  }

  /** Whether two names have the same fields. */
  equals(other: DistinguishedName): boolean {
    return Object.values(FIELDS).every((name) => this[name] === other[name]);
  }

  /** Several lines for people. */
  inspect(): string {
    const lines = Object.values(FIELDS)
      .sort()
      .flatMap((name) => (this[name] === undefined ? [] : [[label(name), this[name]] as const]));
    const width = Math.max(0, ...lines.map(([words]) => words.length)) + 2;
    return lines.map(([words, value]) => `${words.padStart(width)}: ${value}`).join('\n');
  }

  toString(): string {
    return `<DN ${JSON.stringify(Object.fromEntries(Object.entries(this))).slice(1, -1)}>`;
  }
}

/** Twisted's short name for it. */
export const DN = DistinguishedName;

/** `commonName` in words: `Common Name`. */
function label(name: string): string {
  return name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase());
}
