/**
 * Framing: lines, netstrings and length-prefixed strings, in memory and over sockets, against splitters written by hand,
 * `split2` (where some other package has brought it along) and Twisted.
 *
 * In memory a receiver takes 64 KiB at a time and does nothing with what it finds.
 */
import { Int16StringReceiver, LineOnlyReceiver, LineReceiver, NetstringReceiver } from '@skein/protocols/basic';

import { type Case, compare, type Contestant, twisted } from './frame';
import { lineSplitter, memoryTransport, netstringSplitter, prefixSplitter, split2 } from './framingPeers';
import { type Contestant as Server, race, serverOf, twistedServer } from './socketBench';

const CHUNK = 64 * 1024;
const PAYLOAD = 'the quick brown';

class Lines extends LineReceiver {
  bytes = 0;
  override lineReceived(line: string): void {
    this.bytes += line.length;
  }
}
class LinesOnly extends LineOnlyReceiver {
  bytes = 0;
  override lineReceived(line: string): void {
    this.bytes += line.length;
  }
}
class Netstrings extends NetstringReceiver {
  bytes = 0;
  override stringReceived(string: Buffer): void {
    this.bytes += string.length;
  }
}
class Prefixed extends Int16StringReceiver {
  bytes = 0;
  override stringReceived(string: Buffer): void {
    this.bytes += string.length;
  }
}

/** A chunk that is full of the frame; the last one is cut off. */
function full(frame: Buffer): Buffer {
  return Buffer.alloc(CHUNK, frame);
}

/** Feeds a receiver as if the stream of frames went on and on. */
function fed(receiver: { dataReceived(data: Buffer): unknown }, frame: Buffer): Contestant {
  const chunk = full(frame);
  const whole = chunk.subarray(0, CHUNK - (CHUNK % frame.length));
  return (n) => {
    for (let i = 0; i < n; i++) receiver.dataReceived(whole);
  };
}

function connected<P extends { makeConnection(transport: never): void }>(protocol: P): P {
  protocol.makeConnection(memoryTransport() as never);
  return protocol;
}

/** A line of `size` bytes, a byte at a time. */
function byteByByte(receiver: Lines, size: number): Contestant {
  receiver.MAX_LENGTH = size;
  const [byte, end] = [Buffer.from('x'), Buffer.from('\r\n')];
  return () => {
    for (let i = 0; i < size; i++) receiver.dataReceived(byte);
    receiver.dataReceived(end);
  };
}

async function inMemory(): Promise<void> {
  const line = Buffer.from(`${PAYLOAD}\r\n`);
  const netstring = Buffer.from(`${PAYLOAD.length}:${PAYLOAD},`);
  const prefixed = Buffer.from(`\0\x0f${PAYLOAD}`);
  const each = (frame: Buffer): number => Math.floor(CHUNK / frame.length);
  const lines = {
    operations: each(line),
    skein: fed(connected(new Lines()), line),
    twisted: 'lines',
  };
  const cases: Case[] = [
    { ...lines, name: 'LineReceiver', node: fed(lineSplitter('indexOf'), line), peer: 'Buffer.indexOf, toString' },
    { ...lines, name: 'LineReceiver', node: fed(lineSplitter('latin1'), line), peer: 'latin1 text, indexOf, slice' },
    {
      ...lines,
      name: 'LineOnlyReceiver',
      skein: fed(connected(new LinesOnly()), line),
      node: fed(lineSplitter('split'), line),
      peer: 'utf8 text, split',
      twisted: 'onlyLines',
    },
    {
      name: 'NetstringReceiver',
      operations: each(netstring),
      skein: fed(connected(new Netstrings()), netstring),
      node: fed(netstringSplitter(), netstring),
      peer: 'digits, subarray',
      twisted: 'netstrings',
    },
    {
      name: 'Int16StringReceiver',
      operations: each(prefixed),
      skein: fed(connected(new Prefixed()), prefixed),
      node: fed(prefixSplitter(), prefixed),
      peer: 'readUInt16BE, subarray',
      twisted: 'int16',
    },
  ];
  const stream = split2();
  if (stream !== null) {
    const whole = full(line).subarray(0, each(line) * line.length);
    cases.splice(2, 0, { ...lines, name: 'LineReceiver', node: (n) => stream(whole, n, each(line)), peer: 'split2' });
  }
  await compare('Frames of 15 bytes, 64 KiB at a time', cases, twisted('framing'));

  const sizes = [250_000, 500_000, 1_000_000, 2_000_000];
  await compare(
    'A long line a byte at a time, for each byte (the same for every length, if time is linear)',
    sizes.map((size) => ({
      name: `a line of ${(size / 1e6).toFixed(2)} MB`,
      skein: byteByByte(connected(new Lines()), size),
      peer: '-',
      operations: size,
      n: 1,
    })),
    null,
  );
}

/** Servers of one kind of frame: ours, one by hand, and Twisted's. */
function servers(kind: 'netstring' | 'int16'): Server[] {
  const ours = (name: string): Server['server'] => [
    ...(serverOf({ name, server: name }) as readonly [string, ...string[]]),
    kind,
  ];
  return [
    { name: `Skein ${kind}`, server: ours('framingSkein') },
    { name: 'node:net, by hand', server: ours('framingNet') },
    ...twistedServer('framingServer').map(({ name, server }) => ({
      name,
      server: [...(server as readonly [string, ...string[]]), kind] as const,
    })),
  ];
}

export async function run(): Promise<void> {
  await inMemory();
  await race(
    'Lines of 15 characters, answered, pipelined on 4 connections',
    [
      { name: 'Skein LineReceiver', server: 'skeinLines' },
      { name: 'node:net, one write a line', server: 'netLinesNaive' },
      { name: 'node:net, the best by hand', server: 'netLinesBest' },
      ...twistedServer('lineServer'),
    ],
    'lines',
    [4, 2],
  );
  await race('Netstrings of 15 bytes, answered, likewise', servers('netstring'), 'framing', [0, 4, 2]);
  await race('Strings of 15 bytes with 2 bytes of length, answered, likewise', servers('int16'), 'framing', [1, 4, 2]);
}
