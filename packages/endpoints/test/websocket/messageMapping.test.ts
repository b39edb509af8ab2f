/** What a message is: a write, text or a line. */
import { messageMapping } from '../../src/websocket/messageMapping';

import { connectedPair } from './pair';

function sent(frames: 'text' | 'lines' | 'binary', writes: (string | Buffer)[]): string[] {
  const mapping = messageMapping(frames, '\r\n');
  const messages = [...writes.flatMap((data) => mapping.outbound(Buffer.from(data))), ...mapping.lastOutbound()];
  return messages.map(({ data, isBinary }) => `${isBinary ? 'binary' : 'text'} ${data.toString()}`);
}

describe('messageMapping', () => {
  test('binary: each write is a message', () => {
    expect(sent('binary', ['a\r\n', 'b'])).toEqual(['binary a\r\n', 'binary b']);
  });

  test('text: each write is a message, and a character that is cut waits for its rest', () => {
    const [euro, face] = [Buffer.from('€'), Buffer.from('😀')];
    expect(sent('text', ['a', euro.subarray(0, 1), euro.subarray(1), face.subarray(0, 3), face.subarray(3)])).toEqual([
      'text a',
      'text €',
      'text 😀',
    ]);
  });

  test('text: bytes that are no text are refused at once, and spoil nothing', () => {
    const mapping = messageMapping('text', '\r\n');
    expect(() => mapping.outbound(Buffer.from([0xff]))).toThrow('wanted frames: "binary"');
    expect(mapping.outbound(Buffer.from('good'))).toHaveLength(1);
  });

  test('lines: each line is a message, however it was written', () => {
    expect(sent('lines', ['one\r\ntwo\r', '\nth', 'ree\r\n\r\nrest'])).toEqual([
      'text one',
      'text two',
      'text three',
      'text ',
      'text rest',
    ]);
  });

  test('lines: a line without end goes out in pieces', () => {
    const written = sent('lines', ['€'.repeat(30_000), '\r\n']);
    expect(written).toEqual([`text ${'€'.repeat(30_000)}`, 'text ']);
  });

  test('lines: what arrives as text is a line; what has an end keeps it, and binary is as it is', () => {
    const mapping = messageMapping('lines', '\r\n');
    expect(String(mapping.inbound(Buffer.from('hello'), false))).toBe('hello\r\n');
    expect(String(mapping.inbound(Buffer.from(''), false))).toBe('\r\n');
    expect(String(mapping.inbound(Buffer.from('hello\r\n'), false))).toBe('hello\r\n');
    expect(String(mapping.inbound(Buffer.from('hello'), true))).toBe('hello');
  });

  test('WebSocketTransport says lines to one side and hears lines from the other', async () => {
    const lines = { frames: 'lines' } as const;
    const { sim, server, client } = await connectedPair({ server: lines, client: { frames: 'text' } });
    server.transport.write('Welcome\r\nWhat is your name?\r\nunfinished');
    client.transport.write('Ada');
    await sim.runUntil(() => client.received.length === 2 && server.received.length === 1);
    expect(client.received).toEqual(['Welcome', 'What is your name?']);
    expect(server.received).toEqual(['Ada\r\n']);
    server.transport.loseConnection();
    await sim.runUntil(() => client.lost !== null);
    expect(client.received[2]).toBe('unfinished');
  });
});
