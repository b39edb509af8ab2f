import { isIP } from 'node:net';

import fc from 'fast-check';

import { isIPAddress, isIPv4Address, isIPv6Address } from '../src/ipAddress';

const IPV4 = ['0.0.0.0', '127.0.0.1', '255.255.255.255', '1.20.199.249', '192.0.2.1'];
const IPV6 = [
  '::',
  '::1',
  '1::',
  '1:2:3:4:5:6:7:8',
  '1::8',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  'ABCD:ef01:2345:6789:abcd:EF01:2345:6789',
  '::ffff:192.0.2.1',
  '64:ff9b::192.0.2.33',
  '1:2:3:4:5:6:1.2.3.4',
  'fe80::1%eth0',
  'fe80::1%2',
];
const NEITHER = [
  '',
  ' ',
  'localhost',
  'example.com',
  '127.1',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.4.',
  '.1.2.3.4',
  '1..2.3',
  '256.0.0.1',
  '1.2.3.1000',
  '01.2.3.4',
  '1.2.3.00',
  '0x7f.0.0.1',
  '2130706433',
  ' 1.2.3.4',
  '1.2.3.4 ',
  '1.2.3.4\n',
  '1.2.3.4\0',
  '١.٢.٣.٤',
  ':',
  ':::',
  '1',
  ':1',
  '1:',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '1::2::3',
  '12345::',
  'g::',
  '::1.2.3',
  '::1.2.3.256',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '1:2:3:4:5:6:7:1.2.3.4',
  '[::1]',
  '::1%',
  '%eth0',
  ' ::1',
  '::1\n',
];

describe('isIPAddress', () => {
  it.each(IPV4)('isIPv4Address holds for %p, and isIPv6Address does not', (text) => {
    expect([isIPv4Address(text), isIPv6Address(text), isIPAddress(text)]).toEqual([true, false, true]);
  });

  it.each(IPV6)('isIPv6Address holds for %p, and isIPv4Address does not', (text) => {
    expect([isIPv4Address(text), isIPv6Address(text), isIPAddress(text)]).toEqual([false, true, true]);
  });

  it.each(NEITHER)('isIPAddress does not hold for %p', (text) => {
    expect([isIPv4Address(text), isIPv6Address(text), isIPAddress(text)]).toEqual([false, false, false]);
  });

  it('isIPAddress agrees with Node about addresses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), (text) => {
        expect([isIPv4Address(text), isIPv6Address(text)]).toEqual([isIP(text) === 4, isIP(text) === 6]);
      }),
      { numRuns: 2000 },
    );
  });

  it('isIPAddress agrees with Node about strings that look like addresses', () => {
    // Scopes are left out here: Node allows only some characters in them.
    const piece = fc.constantFrom(
      '0',
      '1',
      '00',
      '25',
      '255',
      '256',
      'f',
      'ffff',
      'abcde',
      '.',
      '.',
      ':',
      ':',
      '::',
      '',
    );
    const almost = fc.array(piece, { maxLength: 18 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(almost, fc.string()), (text) => {
        fc.pre(!text.includes('%'));
        expect([isIPv4Address(text), isIPv6Address(text)]).toEqual([isIP(text) === 4, isIP(text) === 6]);
      }),
      { numRuns: 5000 },
    );
  });

  it('isIPAddress agrees with Node about addresses of which one character was changed', () => {
    const change = fc.tuple(
      fc.constantFrom(...IPV4, ...IPV6.filter((text) => !text.includes('%'))),
      fc.nat(40),
      fc.constantFrom('', ':', '.', '0', '9', 'g', 'F', ' '),
    );
    fc.assert(
      fc.property(change, ([text, at, instead]) => {
        const changed = text.slice(0, at) + instead + text.slice(at + 1);
        expect([isIPv4Address(changed), isIPv6Address(changed)]).toEqual([isIP(changed) === 4, isIP(changed) === 6]);
      }),
      { numRuns: 5000 },
    );
  });
});
