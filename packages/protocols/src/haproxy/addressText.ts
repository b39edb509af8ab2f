/**
 * IP addresses as text and as bytes. Internal to `haproxy`.
 */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** The 4 bytes of a dotted quad (without leading zeros); null for any other text. */
export function parseIPv4(text: string): Buffer | null {
  return IPV4.test(text) ? Buffer.from(text.split('.').map(Number)) : null;
}

/** The 16 bytes of an IPv6 address (without a scope); null for any other text. */
export function parseIPv6(text: string): Buffer | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, i) => groups(half, i === halves.length - 1));
  if (!head || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const bytes = Buffer.alloc(16);
  [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])].forEach((group, i) =>
    bytes.writeUInt16BE(group, 2 * i),
  );
  return bytes;
}

/** The groups of one side of `::`; the last may be an IPv4 address. Null when they are none. */
function groups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const quad = last ? parseIPv4(parts.at(-1) ?? '') : null;
  if (quad !== null) parts.pop();
  if (!parts.every((part) => GROUP.test(part))) return null;
  const numbers = parts.map((part) => parseInt(part, 16));
  return quad === null ? numbers : [...numbers, quad.readUInt16BE(0), quad.readUInt16BE(2)];
}

/** A dotted quad. */
export function formatIPv4(bytes: Buffer): string {
  return bytes.join('.');
}

/** Eight groups, uncompressed: as Twisted writes them. */
export function formatIPv6(bytes: Buffer): string {
  const texts: string[] = [];
  for (let i = 0; i < 16; i += 2) texts.push(bytes.readUInt16BE(i).toString(16));
  return texts.join(':');
}
