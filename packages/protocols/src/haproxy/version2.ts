/**
 * Version 2 of the PROXY protocol: a binary header.
 *
 * Twelve bytes of signature, version and command, family and protocol, length; then the addresses, then further fields
 * (type, length, value), which are checked for their lengths.
 *
 * @twisted twisted.protocols.haproxy (its version 2 parser, which skips the further fields)
 *
 * Left out: checking the CRC32c field.
 */
import { IPv4Address, IPv6Address, UNIXAddress } from '@skein/reactor/address';
import { ValueError } from '@skein/reactor/error';

import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from './addressText';
import { InvalidNetworkProtocol, InvalidProxyHeader, MissingAddressData } from './errors';
import type { ProxyAddress, ProxyInfo, ProxyTLV } from './proxyInfo';

/** How a version 2 header begins. */
export const SIGNATURE: Buffer = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** The bytes before the addresses. */
export const FIXED_PART = 16;

/** The high half of the byte after the signature. */
export const VERSION = 0x20;
const LOCAL = 0;
const PROXY = 1;
const STREAM = 1;
const DATAGRAM = 2;

/** The families: the high half of a byte. The size is that of one address. */
const FAMILIES: Readonly<Record<number, { readonly name: 'IPv4' | 'IPv6' | 'UNIX'; readonly size: number } | null>> = {
  0x00: null,
  0x10: { name: 'IPv4', size: 4 },
  0x20: { name: 'IPv6', size: 16 },
  0x30: { name: 'UNIX', size: 108 },
};
const PORTS = 4;

/** Parses a whole header. Throws `InvalidProxyHeader` or a subclass. */
export function parseVersion2(header: Buffer): ProxyInfo {
  if (header.length < FIXED_PART || !header.subarray(0, SIGNATURE.length).equals(SIGNATURE)) {
    throw new InvalidProxyHeader('cannot read a version 2 header, wanted its signature');
  }
  const versionAndCommand = header.readUInt8(12);
  const command = versionAndCommand & 0x0f;
  if ((versionAndCommand & 0xf0) !== VERSION || (command !== LOCAL && command !== PROXY)) {
    throw new InvalidProxyHeader(
      `cannot read version and command "0x${versionAndCommand.toString(16)}", wanted 0x20 or 0x21`,
    );
  }
  const length = header.readUInt16BE(14);
  const body = header.subarray(FIXED_PART, FIXED_PART + length);
  // The proxy speaks for itself: whatever follows says nothing of the connection.
  if (command === LOCAL) return { header, source: null, destination: null, tlvs: [] };

  const familyAndProtocol = header.readUInt8(13);
  const family = FAMILIES[familyAndProtocol & 0xf0];
  const protocol = familyAndProtocol & 0x0f;
  if (family === undefined || protocol > DATAGRAM) {
    throw new InvalidNetworkProtocol(`cannot read family and protocol "0x${familyAndProtocol.toString(16)}"`);
  }
  if (family === null || protocol === 0) {
    // Where the addresses end is not known, so neither is where further fields begin.
    return { header, source: null, destination: null, tlvs: [] };
  }
  const ports = family.name === 'UNIX' ? 0 : PORTS;
  const size = 2 * family.size + ports;
  if (body.length < size) {
    throw new MissingAddressData(`cannot read addresses of ${body.length} bytes, wanted ${size} for ${family.name}`);
  }
  const address = (index: 0 | 1): ProxyAddress => {
    const bytes = body.subarray(index * family.size, (index + 1) * family.size);
    if (family.name === 'UNIX') return new UNIXAddress(bytes.toString().replace(/\0+$/, ''));
    const port = body.readUInt16BE(2 * family.size + 2 * index);
    const type = protocol === STREAM ? 'TCP' : 'UDP';
    if (family.name === 'IPv4') return new IPv4Address(type, formatIPv4(bytes), port);
    return new IPv6Address(type, formatIPv6(bytes), port);
  };
  return { header, source: address(0), destination: address(1), tlvs: parseTLVs(body.subarray(size)) };
}

function parseTLVs(bytes: Buffer): ProxyTLV[] {
  const tlvs: ProxyTLV[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 3 <= bytes.length ? at + 3 + bytes.readUInt16BE(at + 1) : Infinity;
    if (end > bytes.length)
      throw new InvalidProxyHeader(`cannot read the field at byte ${at}, wanted type, length and value`);
    tlvs.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 3, end) });
    at = end;
  }
  return tlvs;
}

/**
 * The header for a connection from `source` to `destination`; without addresses, one that says `LOCAL`.
 *
 * Throws `ValueError` for addresses of different families, paths of more than 108 bytes, and fields that are too long.
 */
export function formatVersion2(
  source: ProxyAddress | null,
  destination: ProxyAddress | null,
  tlvs: readonly ProxyTLV[] = [],
): Buffer {
  const fields = tlvs.map(({ type, value }) => {
    const head = Buffer.alloc(3);
    head.writeUInt8(type, 0);
    head.writeUInt16BE(checkedLength(value.length), 1);
    return Buffer.concat([head, value]);
  });
  const local = source === null || destination === null;
  const [family, addresses] = local ? [0, Buffer.alloc(0)] : formatAddresses(source, destination);
  const head = Buffer.alloc(4);
  head.writeUInt8(VERSION | (local ? LOCAL : PROXY), 0);
  head.writeUInt8(family, 1);
  const body = Buffer.concat([addresses, ...fields]);
  head.writeUInt16BE(checkedLength(body.length), 2);
  return Buffer.concat([SIGNATURE, head, body]);
}

function checkedLength(length: number): number {
  if (length > 0xffff) throw new ValueError(`cannot write ${length} bytes into a header, wanted at most 65535`);
  return length;
}

function formatAddresses(source: ProxyAddress, destination: ProxyAddress): readonly [family: number, bytes: Buffer] {
  const [from, to] = [packed(source), packed(destination)];
  if (from.family !== to.family) {
    throw new ValueError(
      `cannot write a header for "${source.toString()}" and "${destination.toString()}", wanted two addresses of one family`,
    );
  }
  return [from.family, Buffer.concat([from.address, to.address, from.port, to.port])];
}

function packed(address: ProxyAddress): { family: number; address: Buffer; port: Buffer } {
  if (address instanceof UNIXAddress) {
    const path = Buffer.from(address.name ?? '');
    if (path.length > 108)
      throw new ValueError(`cannot write the path "${address.name ?? ''}", wanted at most 108 bytes`);
    return { family: 0x30 | STREAM, address: Buffer.concat([path], 108), port: Buffer.alloc(0) };
  }
  const version6 = address instanceof IPv6Address;
  const bytes = version6 ? parseIPv6(address.host) : parseIPv4(address.host);
  if (bytes === null) throw new ValueError(`cannot write the address "${address.toString()}", wanted an IP address`);
  const port = Buffer.alloc(2);
  port.writeUInt16BE(address.port);
  return { family: (version6 ? 0x20 : 0x10) | (address.type === 'TCP' ? STREAM : DATAGRAM), address: bytes, port };
}
