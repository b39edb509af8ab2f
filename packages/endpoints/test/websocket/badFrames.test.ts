/** What a WebSocket server does about frames that break the rules: a close code, and an end. */
import { ConnectionDone } from '@skein/reactor/error';

import { WebSocketClosed, type WebSocketServerOptions } from '../../src/websocket';

import { frame, type RawWorld, rawPeer, request } from './rawPeer';
import type { Recorder } from './recorder';

async function opened(
  options: WebSocketServerOptions = {},
): Promise<RawWorld<Recorder> & { server: Recorder; frames: () => Buffer }> {
  const world = await rawPeer(options);
  const { sim, raw, served } = world;
  raw.transport.write(request());
  await sim.runUntil(() => served.built.length > 0 && raw.data.includes('\r\n\r\n'));
  const start = raw.data.indexOf('\r\n\r\n') + 4;
  return { ...world, server: served.built[0]!, frames: () => raw.data.subarray(start) };
}

const NOT_UTF8 = Buffer.from([0x66, 0xfc, 0x72]);

describe('WebSocketTransport', () => {
  test.each([
    ['a frame that is not masked', frame(1, 'hello', { mask: false }), 1002],
    ['a reserved bit', frame(1, 'hello', { rsv: 0x40 }), 1002],
    ['an unknown opcode', frame(3, 'hello'), 1002],
    ['a continuation of nothing', frame(0, 'hello'), 1002],
    ['a ping in pieces', frame(9, 'hello', { fin: false }), 1002],
    ['a long ping', frame(9, 'x'.repeat(126)), 1002],
    ['text that is not UTF-8', frame(1, NOT_UTF8), 1007],
    ['a Close with a code that may not be sent', frame(8, Buffer.from([0x03, 0xed])), 1002],
    ['a Close of one byte', frame(8, Buffer.from([3])), 1002],
    ['a message over maxPayload', frame(2, 'x'.repeat(1001)), 1009],
    [
      'a message over maxPayload in fragments',
      Buffer.concat([frame(2, 'x'.repeat(900), { fin: false }), frame(0, 'x'.repeat(900))]),
      1009,
    ],
  ])('answers %s with a close code', async (_, bytes, code) => {
    const { sim, raw, server, frames } = await opened({ maxPayload: 1000 });
    raw.transport.write(bytes);
    await sim.runUntil(() => raw.closed && server.lost !== null);
    expect(frames()).toEqual(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
    expect(server.received).toEqual([]);
    expect(server.lost).toBeInstanceOf(WebSocketClosed);
    expect(server.lost).toMatchObject({ closeCode: code });
  });

  test('refuses a frame that says it is enormous, before it has come', async () => {
    const { sim, raw, server } = await opened();
    raw.transport.write(Buffer.from([0x82, 0xff, 0, 0, 0x10, 0, 0, 0, 0, 0, 1, 2, 3, 4]));
    await sim.runUntil(() => server.lost !== null);
    expect(server.lost).toMatchObject({ closeCode: 1009 });
  });

  test('gives a peer that breaks the rules and does not leave closeTimeout seconds', async () => {
    const { sim, raw, server } = await opened({ closeTimeout: 4 });
    raw.transport.pauseProducing();
    raw.transport.write(frame(3, ''));
    const began = sim.seconds();
    await sim.runUntil(() => server.lost !== null);
    expect(sim.seconds() - began).toBeCloseTo(4, 0);
  });

  test('joins the fragments of a message, and answers pings between them', async () => {
    const { sim, raw, server, frames } = await opened();
    raw.transport.write(frame(1, 'one ', { fin: false }));
    raw.transport.write(frame(9, 'are you there?'));
    raw.transport.write(frame(0, 'message'));
    await sim.runUntil(() => server.received.length > 0 && frames().length > 0);
    expect(server.received).toEqual(['one message']);
    expect(frames()).toEqual(Buffer.concat([Buffer.from([0x8a, 14]), Buffer.from('are you there?')]));
  });

  test('answers the Close frame of a peer with its code, once', async () => {
    const { sim, raw, server, frames } = await opened();
    raw.transport.write(Buffer.concat([frame(1, 'bye'), frame(8, Buffer.from([0x03, 0xe9])), frame(1, 'after all')]));
    await sim.runUntil(() => raw.closed && server.lost !== null);
    expect(server.received).toEqual(['bye']);
    expect(server.lost).toBeInstanceOf(ConnectionDone);
    expect(frames()).toEqual(Buffer.from([0x88, 2, 0x03, 0xe9]));
  });

  test('owes a peer that pings and does not read one answer, and no memory', async () => {
    const { sim, raw, server, frames } = await opened({ pingInterval: null });
    raw.transport.pauseProducing();
    for (let i = 0; i < 40; i++) server.transport.write('x'.repeat(30_000));
    await sim.advance(10);
    for (let i = 0; i < 5000; i++) raw.transport.write(frame(9, `ping ${i}`));
    await sim.advance(10);
    raw.transport.resumeProducing();
    await sim.runUntil(() => frames().includes('ping 4999'));
    expect(frames().includes('ping 4998')).toBe(false);
  });

  test('takes frames in any division', async () => {
    const { sim, raw, server } = await opened();
    const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'x'.repeat(300)), frame(9, ''), frame(1, 'two')]);
    for (const byte of bytes) {
      raw.transport.write(Buffer.from([byte]));
      await sim.advance(0.0001);
    }
    await sim.runUntil(() => server.received.length === 3);
    expect(server.received).toEqual(['one', 'x'.repeat(300), 'two']);
  });
});
