import { HostnameAddress, IPv4Address, IPv6Address, UNIXAddress } from '../src/address';
import { ValueError } from '../src/error';
import { IAddress } from '../src/interfaces/address';

/** What CPython with Twisted prints for the same addresses. */
const PRINTED: readonly (readonly [IAddress, string])[] = [
  [new IPv4Address('TCP', '127.0.0.1', 80), "IPv4Address(type='TCP', host='127.0.0.1', port=80)"],
  [new IPv4Address('UDP', '1.2.3.4', 0), "IPv4Address(type='UDP', host='1.2.3.4', port=0)"],
  [new IPv6Address('TCP', '::1', 80), "IPv6Address(type='TCP', host='::1', port=80, flowInfo=0, scopeID=0)"],
  [
    new IPv6Address('UDP', 'fe80::1', 80, 7, 2),
    "IPv6Address(type='UDP', host='fe80::1', port=80, flowInfo=7, scopeID=2)",
  ],
  [
    new IPv6Address('TCP', 'fe80::1%eth0', 80, 0, 'eth0'),
    "IPv6Address(type='TCP', host='fe80::1%eth0', port=80, flowInfo=0, scopeID='eth0')",
  ],
  [new UNIXAddress('/var/s'), "UNIXAddress('/var/s')"],
  [new UNIXAddress(null), 'UNIXAddress(None)'],
  [new UNIXAddress('\0abs'), "UNIXAddress('\\x00abs')"],
  [new UNIXAddress("it's"), 'UNIXAddress("it\'s")'],
  [new UNIXAddress('a"b\'c\n\\ü\u2028'), "UNIXAddress('a\"b\\'c\\n\\\\ü\\u2028')"],
  [new HostnameAddress('example.com', 80), "HostnameAddress(hostname=b'example.com', port=80)"],
];

describe('addresses', () => {
  it.each(PRINTED)('toString prints %s as Python does', (address, printed) => {
    expect(address.toString()).toBe(printed);
  });

  it.each(PRINTED)('equals holds for %s and itself, and for no other address of the list', (address) => {
    expect(PRINTED.filter(([other]) => address.equals(other))).toHaveLength(1);
  });

  it('equals compares fields, not identity', () => {
    expect(new IPv4Address('TCP', '127.0.0.1', 80).equals(new IPv4Address('TCP', '127.0.0.1', 80))).toBe(true);
    expect(new IPv6Address('TCP', '::1', 80).equals(new IPv6Address('TCP', '::1', 80, 0, 0))).toBe(true);
    expect(new UNIXAddress(null).equals(new UNIXAddress(null))).toBe(true);
    expect(new HostnameAddress('a', 1).equals(new HostnameAddress('a', 1))).toBe(true);
  });

  it.each([
    ['type', new IPv4Address('UDP', '127.0.0.1', 80)],
    ['host', new IPv4Address('TCP', '127.0.0.2', 80)],
    ['port', new IPv4Address('TCP', '127.0.0.1', 81)],
    ['class', new IPv6Address('TCP', '127.0.0.1', 80)],
    ['lack of a class', { type: 'TCP', host: '127.0.0.1', port: 80 }],
    ['value null', null],
  ])('IPv4Address.equals sees another %s', (_what, other) => {
    expect(new IPv4Address('TCP', '127.0.0.1', 80).equals(other)).toBe(false);
  });

  it.each([
    ['flowInfo', new IPv6Address('TCP', '::1', 80, 1)],
    ['scopeID', new IPv6Address('TCP', '::1', 80, 0, 'eth0')],
    ['host', new IPv6Address('TCP', '::2', 80)],
  ])('IPv6Address.equals sees another %s', (_what, other) => {
    expect(new IPv6Address('TCP', '::1', 80).equals(other)).toBe(false);
  });

  it.each(PRINTED)('%s cannot be changed', (address) => {
    expect(Object.isFrozen(address)).toBe(true);
  });

  it.each(PRINTED)('IAddress is provided by %s', (address) => {
    expect(IAddress.providedBy(address)).toBe(true);
  });

  it.each([IPv4Address, IPv6Address])('%p refuses a type that is neither TCP nor UDP', (addressClass) => {
    expect(() => new addressClass('SCTP' as 'TCP', '::1', 80)).toThrow(ValueError);
  });
});
