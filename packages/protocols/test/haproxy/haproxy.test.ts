import { IPv4Address, IPv6Address, UNIXAddress } from '@skein/reactor/address';
import { ValueError } from '@skein/reactor/error';
import fc from 'fast-check';

import { Factory, Protocol } from '../../src';
import {
  formatVersion1,
  formatVersion2,
  HAProxySendingFactory,
  HAProxyWrappingFactory,
  InvalidProxyHeader,
  MissingAddressData,
  parseVersion1,
  parseVersion2,
  type ProxyAddress,
} from '../../src/haproxy';
import { parseIPv6 } from '../../src/haproxy/addressText';
import { RecordingTransport } from '../recordingTransport';

const CLIENT = new IPv4Address('TCP', '203.0.113.7', 56324);
const SERVER = new IPv4Address('TCP', '198.51.100.1', 443);

class Noting extends Protocol {
  readonly received: string[] = [];
  override dataReceived(data: Buffer): void {
    this.received.push(`${this.transport.getPeer().toString()} ${data.toString('latin1')}`);
  }
}

function behindProxy(): [Noting, RecordingTransport, (data: Buffer) => void] {
  const inner = new Noting();
  const transport = new RecordingTransport();
  const p = new HAProxyWrappingFactory(Factory.forProtocol(() => inner)).buildProtocol(CLIENT)!;
  p.makeConnection(transport);
  return [
    inner,
    transport,
    (data) => {
      p.dataReceived(data);
    },
  ];
}

const PAIRS: readonly (readonly [string, ProxyAddress, ProxyAddress])[] = [
  ['TCP over IPv4', CLIENT, SERVER],
  [
    'TCP over IPv6',
    new IPv6Address('TCP', '2001:db8:0:0:0:0:0:1', 1),
    new IPv6Address('TCP', '0:0:0:0:0:0:0:1', 65535),
  ],
  ['UDP over IPv4', new IPv4Address('UDP', '203.0.113.7', 1), new IPv4Address('UDP', '198.51.100.1', 2)],
  ['UNIX sockets', new UNIXAddress('/run/client'), new UNIXAddress('/run/sérver')],
];

describe('formatVersion1', () => {
  it('formatVersion1 writes what the specification shows', () => {
    expect(formatVersion1(CLIENT, SERVER).toString()).toBe('PROXY TCP4 203.0.113.7 198.51.100.1 56324 443\r\n');
    expect(formatVersion1(null, null).toString()).toBe('PROXY UNKNOWN\r\n');
  });

  it.each(PAIRS.slice(0, 2))('parseVersion1 reads what formatVersion1 writes for %s', (_name, source, destination) => {
    const header = formatVersion1(source, destination);
    const info = parseVersion1(header.subarray(0, -2));
    expect(info.source?.equals(source)).toBe(true);
    expect(info.destination?.equals(destination)).toBe(true);
    expect(info.tlvs).toEqual([]);
  });

  it.each(PAIRS.slice(2))('formatVersion1 refuses %s', (_name, source, destination) => {
    expect(() => formatVersion1(source, destination)).toThrow(ValueError);
  });

  it('formatVersion1 refuses addresses of two families, and what is no address', () => {
    expect(() => formatVersion1(CLIENT, new IPv6Address('TCP', '::1', 1))).toThrow(ValueError);
    expect(() => formatVersion1(CLIENT, new IPv4Address('TCP', 'x\r\nPROXY', 1))).toThrow(ValueError);
  });
});

describe('formatVersion2', () => {
  it.each(PAIRS)('parseVersion2 reads what formatVersion2 writes for %s', (_name, source, destination) => {
    const tlvs = [
      { type: 0x02, value: Buffer.from('example.org') },
      { type: 0x04, value: Buffer.alloc(0) },
    ];
    const header = formatVersion2(source, destination, tlvs);
    const info = parseVersion2(header);
    expect(String(info.source)).toBe(String(source));
    expect(String(info.destination)).toBe(String(destination));
    expect(info.tlvs).toEqual(tlvs);
    expect(info.header).toEqual(header);
  });

  it('formatVersion2 without addresses says LOCAL', () => {
    expect(parseVersion2(formatVersion2(null, null))).toMatchObject({ source: null, destination: null });
  });

  it('formatVersion2 refuses what does not go into a header', () => {
    expect(() => formatVersion2(CLIENT, new UNIXAddress('/x'))).toThrow(ValueError);
    expect(() => formatVersion2(new UNIXAddress('x'.repeat(109)), new UNIXAddress('/x'))).toThrow(ValueError);
    expect(() => formatVersion2(new IPv4Address('TCP', 'localhost', 1), SERVER)).toThrow(ValueError);
    expect(() => formatVersion2(CLIENT, SERVER, [{ type: 1, value: Buffer.alloc(65536) }])).toThrow(ValueError);
  });

  it.each(PAIRS)('parseVersion2 refuses addresses that are cut off, for %s', (_name, source, destination) => {
    const header = formatVersion2(source, destination);
    for (const missing of [1, 2, header.length - 16]) {
      const cut = Buffer.from(header.subarray(0, header.length - missing));
      cut.writeUInt16BE(cut.length - 16, 14);
      expect(() => parseVersion2(cut)).toThrow(MissingAddressData);
    }
  });

  it('parseVersion2 refuses a field that is cut off', () => {
    const header = formatVersion2(CLIENT, SERVER, [{ type: 1, value: Buffer.from('ab') }]);
    header.writeUInt16BE(3, 16 + 12 + 1);
    expect(() => parseVersion2(header)).toThrow(InvalidProxyHeader);
  });
});

describe('parseVersion1', () => {
  it.each([
    ['::', true],
    ['::1', true],
    ['1::', true],
    ['1:2:3:4:5:6:7:8', true],
    ['1:2:3:4:5:6:7::', true],
    ['::ffff:192.0.2.1', true],
    ['1:2:3:4:5:6:192.0.2.1', true],
    ['1:2:3:4:5:6:7', false],
    ['1:2:3:4:5:6:7:8:9', false],
    ['1:2:3:4::5:6:7:8', false],
    ['1::2::3', false],
    [':::', false],
    [':1', false],
    ['12345::', false],
    ['::g', false],
    ['192.0.2.1', false],
    ['::192.0.2.256', false],
    ['192.0.2.1::', false],
    ['fe80::1%eth0', false],
    ['', false],
  ])('parseVersion1 takes %p for an IPv6 address: %p', (text, valid) => {
    expect(parseIPv6(text) !== null).toBe(valid);
    let source: unknown;
    try {
      ({ source } = parseVersion1(Buffer.from(`PROXY TCP6 ${text} ::1 1 2`)));
    } catch (error) {
      source = (error as Error).constructor;
    }
    expect(source).toEqual(valid ? new IPv6Address('TCP', text, 1) : InvalidProxyHeader);
  });

  it.each(['65536', '-1', '+1', '1e3', '0x1', '01', '', '100000000000000000000'])(
    'parseVersion1 refuses the port %p',
    (port) => {
      expect(() => parseVersion1(Buffer.from(`PROXY TCP4 192.0.2.1 192.0.2.2 ${port} 1`))).toThrow(InvalidProxyHeader);
    },
  );
});

describe('HAProxyWrappingFactory', () => {
  it.each([
    [107, true],
    [108, false],
  ])('HAProxyWrappingFactory takes a header of version 1 and of %p bytes: %p', (length, valid) => {
    const header = `PROXY UNKNOWN ${'x'.repeat(length - 16)}\r\n`;
    for (const cut of [0, 50, length - 1]) {
      const [inner, transport, receive] = behindProxy();
      receive(Buffer.from(header.slice(0, cut)));
      receive(Buffer.from(`${header.slice(cut)}hello`));
      expect([inner.received.length > 0, transport.disconnecting]).toEqual([valid, !valid]);
    }
  });

  it('HAProxyWrappingFactory names itself PROXY in logs', () => {
    expect(new HAProxyWrappingFactory(Factory.forProtocol(Noting)).logPrefix()).toBe('Factory (PROXY)');
  });

  it.each([
    ['version 1', formatVersion1(CLIENT, SERVER)],
    ['version 2', formatVersion2(CLIENT, SERVER, [{ type: 5, value: Buffer.from('x') }])],
  ])('HAProxyWrappingFactory reads a header of %s however it is divided', (_name, header) => {
    const stream = Buffer.concat([header, Buffer.from('PROXY hello')]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const [inner, transport, receive] = behindProxy();
      receive(stream.subarray(0, cut));
      receive(stream.subarray(cut));
      expect(inner.received.map((line) => line.split(') ')[1]).join('')).toBe('PROXY hello');
      expect(inner.received.every((line) => line.startsWith(CLIENT.toString()))).toBe(true);
      expect(inner.transport.getHost()).toEqual(SERVER);
      expect(transport.calls).toEqual([]);
    }
    const [inner, , receive] = behindProxy();
    for (const byte of stream) receive(Buffer.of(byte));
    expect(inner.received).toHaveLength('PROXY hello'.length);
  });

  it('HAProxyWrappingFactory refuses a header of version 2 that is too long as soon as it says so', () => {
    const [, transport, receive] = behindProxy();
    const header = formatVersion2(CLIENT, SERVER, [{ type: 1, value: Buffer.alloc(20000) }]);
    receive(header.subarray(0, 15));
    expect(transport.calls).toEqual([]);
    receive(header.subarray(15, 16));
    expect(transport.calls).toEqual(['loseConnection']);
  });

  it.each([0x11, 0x31, 0xf1])(
    'HAProxyWrappingFactory refuses the version in %p at once, and waits for no more of the header',
    (versionAndCommand) => {
      const [, transport, receive] = behindProxy();
      const header = formatVersion2(CLIENT, SERVER);
      header[12] = versionAndCommand;
      receive(header.subarray(0, 12));
      expect(transport.calls).toEqual([]);
      receive(header.subarray(12, 13));
      expect(transport.calls).toEqual(['loseConnection']);
    },
  );

  it('HAProxyWrappingFactory delivers nothing of what is no header, and never throws', () => {
    const header = fc.constantFrom(
      formatVersion1(CLIENT, SERVER),
      formatVersion1(null, null),
      formatVersion2(CLIENT, SERVER, [{ type: 1, value: Buffer.from('abc') }]),
      formatVersion2(null, null),
    );
    const mutated = fc
      .tuple(header, fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }))
      .map(([bytes, changes]) => {
        const copy = Buffer.concat([bytes, Buffer.from('rest')]);
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    const input = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(input, fc.nat(120), (bytes, cut) => {
        const [inner, transport, receive] = behindProxy();
        receive(bytes.subarray(0, cut));
        receive(bytes.subarray(cut));
        receive(Buffer.alloc(200));
        expect(inner.received.length > 0 && transport.disconnecting).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('HAProxySendingFactory', () => {
  it.each([1, 2] as const)('HAProxySendingFactory sends a header of version %p before anything else', (version) => {
    class Greeting extends Protocol {
      override connectionMade(): void {
        this.transport.write('hello');
      }
    }
    const factory = new HAProxySendingFactory(Factory.forProtocol(Greeting), {
      version,
      source: CLIENT,
      destination: SERVER,
    });
    const sending = new RecordingTransport();
    factory.buildProtocol(SERVER)?.makeConnection(sending);
    const [inner, , receive] = behindProxy();
    receive(sending.value);
    expect(inner.received).toEqual([`${CLIENT.toString()} hello`]);
  });

  it('HAProxySendingFactory refuses fields with version 1', () => {
    const tlvs = [{ type: 1, value: Buffer.alloc(0) }];
    expect(() => new HAProxySendingFactory(new Factory(), { version: 1, tlvs })).toThrow(ValueError);
  });
});
