/**
 * Framing with the real Twisted at the other end of a socket: what one sends the other reads, in both directions.
 *
 * Without a Python that has Twisted it is passed over, visibly; in continuous integration it fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { createNodeReactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IReactor } from '@skein/reactor/interfaces';

import {
  BytesLineOnlyReceiver,
  BytesLineReceiver,
  ClientFactory,
  Factory,
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  LineReceiver,
  NetstringReceiver,
  type Protocol,
} from '../../src';
import { describeWithTwisted, PYTHON } from '../withTwisted';

const PEER = path.join(__dirname, 'peer.py');

/** A receiver of one framing class, whatever its strings and methods are called. */
interface Framed {
  readonly protocol: Protocol;
  send(string: Buffer): void;
}
type Make = (received: (string: Buffer) => void) => Framed;

const MAX_LENGTH = 200_000;

const strings =
  (receiverClass: typeof NetstringReceiver | typeof Int8StringReceiver): Make =>
  (received) => {
    const protocol = new receiverClass();
    protocol.MAX_LENGTH = MAX_LENGTH;
    protocol.stringReceived = received;
    return { protocol, send: (string) => protocol.sendString(string) };
  };
const byteLines =
  (receiverClass: typeof BytesLineReceiver | typeof BytesLineOnlyReceiver): Make =>
  (received) => {
    const protocol = new receiverClass();
    protocol.MAX_LENGTH = MAX_LENGTH;
    protocol.lineReceived = received;
    return { protocol, send: (line) => protocol.sendLine(line) };
  };
const textLines: Make = (received) => {
  const protocol = new LineReceiver();
  protocol.MAX_LENGTH = MAX_LENGTH;
  protocol.lineReceived = (line) => received(Buffer.from(line));
  return { protocol, send: (line) => protocol.sendLine(line.toString()) };
};

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const TEXT = ['', 'x', 'how are you?', '\r', 'a\nb\r', '0:,', 'Grüße, 世界 \u{1F600}'].map((each) => Buffer.from(each));
const of = (length: number): Buffer => Buffer.alloc(length, 'skein ');
const MANY = Array.from({ length: 500 }, (_, i) => of(i % 40));
const BYTES = [...TEXT, EVERY_BYTE.subarray(1), ...MANY];
const LINES = [...TEXT, Buffer.from(EVERY_BYTE.filter((byte) => byte !== 10)), ...MANY, of(MAX_LENGTH)];

const CASES: readonly (readonly [name: string, twisted: string, make: Make, sent: readonly Buffer[]])[] = [
  ['NetstringReceiver', 'NetstringReceiver', strings(NetstringReceiver), [...BYTES, of(99_999), of(MAX_LENGTH)]],
  ['Int8StringReceiver', 'Int8StringReceiver', strings(Int8StringReceiver), BYTES],
  ['Int16StringReceiver', 'Int16StringReceiver', strings(Int16StringReceiver), [...BYTES, of(65_535)]],
  ['Int32StringReceiver', 'Int32StringReceiver', strings(Int32StringReceiver), [...BYTES, of(MAX_LENGTH)]],
  ['BytesLineReceiver', 'LineReceiver', byteLines(BytesLineReceiver), LINES],
  ['BytesLineOnlyReceiver', 'LineOnlyReceiver', byteLines(BytesLineOnlyReceiver), LINES],
  ['LineReceiver', 'LineReceiver', textLines, [...TEXT, ...MANY, of(MAX_LENGTH)]],
];

/** Runs `body` while a reactor runs. */
async function running<T>(body: (reactor: IReactor) => Promise<T>): Promise<T> {
  const reactor = createNodeReactor();
  const done = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor);
  } finally {
    reactor.stop();
    await done;
  }
}

function start(...args: readonly string[]): { peer: ChildProcess; ended: Promise<unknown> } {
  const peer = spawn(PYTHON, [PEER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { peer, ended: once(peer, 'close') };
}

const hex = (each: readonly Buffer[]): string => JSON.stringify(each.map((string) => string.toString('hex')));

describeWithTwisted('Twisted', () => {
  it.each(CASES)(`%s, as client, gets back from Twisted's %s what it sent`, async (_name, twisted, make, sent) => {
    const { peer, ended } = start('serve', twisted);
    const [port] = (await once(createInterface({ input: peer.stdout! }), 'line')) as [string];
    const received: Buffer[] = [];
    await running(
      (reactor) =>
        new Promise<void>((resolve, reject) => {
          const framed = make((string) => {
            received.push(string);
            if (received.length === sent.length) framed.protocol.transport.loseConnection();
          });
          framed.protocol.connectionMade = () => sent.forEach((string) => framed.send(string));
          framed.protocol.connectionLost = () => resolve();
          const factory = ClientFactory.forProtocol(() => framed.protocol);
          factory.noisy = false;
          factory.clientConnectionFailed = (_connector, reason) => reject(reason.value);
          reactor.connectTCP('127.0.0.1', Number(port), factory);
        }),
    );
    peer.kill();
    await ended;
    expect(received).toHaveLength(sent.length);
    expect(hex(received)).toBe(hex(sent));
  });

  it.each(CASES)(`%s, as server, gives Twisted's %s back what it sent`, async (_name, twisted, make, sent) => {
    const received: Buffer[] = [];
    const answers = await running(async (reactor) => {
      const factory = Factory.forProtocol(() => {
        const framed = make((string) => {
          received.push(string);
          framed.send(string);
        });
        return framed.protocol;
      });
      factory.noisy = false;
      const port = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
      const { peer, ended } = start('connect', twisted, String((port.getHost() as IPv4Address).port));
      peer.stdin?.end(hex(sent));
      const output = await text(peer.stdout!);
      await ended;
      await port.stopListening();
      return JSON.stringify(JSON.parse(output));
    });
    expect(received).toHaveLength(sent.length);
    expect(hex(received)).toBe(hex(sent));
    expect(answers).toBe(hex(sent));
  });
});
