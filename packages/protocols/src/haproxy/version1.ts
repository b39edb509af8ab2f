/**
 * Version 1 of the PROXY protocol: a line of text.
 *
 * `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, then CR LF. Strict: one blank between words and none after them, addresses
 * of the family that is named, ports without leading zeros; after `UNKNOWN` anything may follow and is ignored.
 *
 * @twisted twisted.protocols.haproxy (its version 1 parser, which takes any text for an address)
 */
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { ValueError } from '@skein/reactor/error';

import { parseIPv4, parseIPv6 } from './addressText';
import { InvalidNetworkProtocol, InvalidProxyHeader, MissingAddressData } from './errors';
import type { ProxyAddress, ProxyInfo } from './proxyInfo';

/** The longest header, its CR LF included. */
export const VERSION_1_LIMIT = 107;

const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** Parses a header line, without its CR LF. Throws `InvalidProxyHeader` or a subclass. */
export function parseVersion1(header: Buffer): ProxyInfo {
  const text = header.toString('latin1');
  const [word, protocol, ...rest] = text.split(' ');
  if (word !== 'PROXY' || protocol === undefined) {
    throw new InvalidProxyHeader(`cannot read the header "${text}", wanted PROXY and a blank`);
  }
  if (header.length + 2 > VERSION_1_LIMIT) {
    throw new InvalidProxyHeader(
      `cannot read a header of ${header.length} bytes, wanted ${VERSION_1_LIMIT} with CR LF`,
    );
  }
  if (protocol === 'UNKNOWN') return { header, source: null, destination: null, tlvs: [] };
  if ((protocol !== 'TCP4' && protocol !== 'TCP6') || rest.length === 0) {
    throw new InvalidNetworkProtocol(`cannot read the network protocol "${protocol}", wanted TCP4, TCP6 or UNKNOWN`);
  }
  const [source, destination, sourcePort, destinationPort, ...more] = rest;
  if (
    source === undefined ||
    destination === undefined ||
    sourcePort === undefined ||
    destinationPort === undefined ||
    more.length > 0
  ) {
    throw new MissingAddressData(`cannot read the header "${text}", wanted two addresses and two ports`);
  }
  return {
    header,
    source: address(protocol, source, sourcePort),
    destination: address(protocol, destination, destinationPort),
    tlvs: [],
  };
}

function address(protocol: 'TCP4' | 'TCP6', host: string, port: string): ProxyAddress {
  const number = PORT.test(port) ? Number(port) : Infinity;
  if (number > 65535) throw new InvalidProxyHeader(`cannot read the port "${port}", wanted 0 to 65535`);
  const valid = protocol === 'TCP4' ? parseIPv4(host) : parseIPv6(host);
  if (valid === null) throw new InvalidProxyHeader(`cannot read the address "${host}", wanted one for ${protocol}`);
  return protocol === 'TCP4' ? new IPv4Address('TCP', host, number) : new IPv6Address('TCP', host, number);
}

/**
 * The header for a connection from `source` to `destination`, with its CR LF; without addresses `PROXY UNKNOWN`.
 *
 * Throws `ValueError` for addresses that are not both IPv4 or both IPv6 addresses of TCP.
 */
export function formatVersion1(source: ProxyAddress | null, destination: ProxyAddress | null): Buffer {
  if (source === null || destination === null) return Buffer.from('PROXY UNKNOWN\r\n');
  for (const [family, addressClass, parse] of [
    ['TCP4', IPv4Address, parseIPv4],
    ['TCP6', IPv6Address, parseIPv6],
  ] as const) {
    if (!(source instanceof addressClass && destination instanceof addressClass)) continue;
    if (parse(source.host) === null || parse(destination.host) === null) continue;
    if (source.type !== 'TCP' || destination.type !== 'TCP') continue;
    return Buffer.from(
      `PROXY ${family} ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`,
      'latin1',
    );
  }
  throw new ValueError(
    `cannot write a version 1 header for "${source.toString()}" and "${destination.toString()}", ` +
      'wanted two TCP addresses of one family',
  );
}
