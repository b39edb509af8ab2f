/** WebSockets between two reactors of ours, on the simulated network: every end, every pause, in virtual time. */
import { ConnectionAborted, ConnectionDone, ConnectionLost } from '@skein/reactor/error';

import { WebSocketClosed } from '../../src/websocket';

import { connectedPair } from './pair';
import { Recorder } from './recorder';

describe('WebSocketTransport', () => {
  test('write reaches the other side, both ways, one message for each', async () => {
    const { sim, server, client } = await connectedPair();
    client.transport.write('one');
    client.transport.writeSequence(['t', Buffer.from('wo')]);
    server.transport.write('three');
    await sim.runUntil(() => server.received.length === 2 && client.received.length === 1);
    expect(server.received).toEqual(['one', 'two']);
    expect(client.received).toEqual(['three']);
  });

  test('handshake says the path, the header fields and the subprotocol agreed on', async () => {
    const { server, client } = await connectedPair({
      server: { subprotocols: ['new', 'old'] },
      client: { subprotocols: ['old', 'new'], headers: { 'X-Name': 'Ada' }, origin: 'http://server' },
    });
    expect(server.transport.handshake).toMatchObject({ path: '/chat', subprotocol: 'new' });
    expect(server.transport.handshake.headers.get('x-name')).toBe('Ada');
    expect(client.transport.handshake.subprotocol).toBe('new');
    expect(String(client.transport.getPeer())).toContain('8124');
  });

  test('write takes messages of every length that a frame can say', async () => {
    const { sim, server, client } = await connectedPair();
    for (const length of [1, 125, 126, 65535, 65536, 300_000]) {
      client.transport.write('x'.repeat(length));
      await sim.runUntil(() => server.received.some((each) => each.length === length));
      server.transport.write('y'.repeat(length));
      await sim.runUntil(() => client.received.some((each) => each.length === length));
    }
    expect(server.received).toHaveLength(6);
  });

  test('write throws TypeError for what is neither bytes nor text', async () => {
    const { client } = await connectedPair();
    expect(() => client.transport.write(1 as never)).toThrow(
      new TypeError('cannot write "1" (number), wanted a Uint8Array or a string'),
    );
  });

  test('loseConnection sends what was written, and both sides end with ConnectionDone', async () => {
    for (const who of ['server', 'client'] as const) {
      const pair = await connectedPair();
      const { sim, server, client } = pair;
      pair[who].transport.write('x'.repeat(200_000));
      pair[who].transport.loseConnection();
      expect(pair[who].transport.disconnecting).toBe(true);
      pair[who].transport.write('too late');
      await sim.runUntil(() => server.lost !== null && client.lost !== null);
      const other = who === 'server' ? client : server;
      expect(other.text).toHaveLength(200_000);
      expect(server.lost).toBeInstanceOf(ConnectionDone);
      expect(client.lost).toBeInstanceOf(ConnectionDone);
      expect(client.transport.connected).toBe(false);
      await sim.quiesce();
      expect(sim.netstat().filter(({ state }) => state !== 'listening')).toEqual([]);
    }
  });

  test('loseConnection from inside dataReceived delivers nothing more', async () => {
    class Curt extends Recorder {
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        this.transport.loseConnection();
      }
    }
    const { sim, server, client } = await connectedPair({ serverProtocol: () => new Curt() });
    for (const word of ['one', 'two', 'three']) client.transport.write(word);
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.received).toEqual(['one']);
  });

  test('closeConnection tells the peer a code and a reason', async () => {
    const { sim, server, client } = await connectedPair();
    server.transport.closeConnection(4001, 'the room is full');
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.lost).toBeInstanceOf(ConnectionDone);
    expect(client.lost).toBeInstanceOf(WebSocketClosed);
    expect(client.lost).toBeInstanceOf(ConnectionLost);
    expect(client.lost).toMatchObject({
      closeCode: 4001,
      closeReason: 'the room is full',
      message: 'WebSocket connection was closed: 4001, "the room is full".',
    });
  });

  test.each([999, 1004, 1005, 1006, 1015, 2999, 5000, 1.5])('closeConnection refuses code %p', async (code) => {
    const { client } = await connectedPair();
    expect(() => client.transport.closeConnection(code)).toThrow(
      `cannot close a WebSocket with code "${code}", wanted 1000, or 3000 to 4999`,
    );
    expect(() => client.transport.closeConnection(1000, 'x'.repeat(124))).toThrow('124 bytes');
  });

  test('abortConnection is ConnectionAborted here, and ConnectionLost there', async () => {
    const { sim, server, client } = await connectedPair();
    client.transport.abortConnection();
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(client.lost).toBeInstanceOf(ConnectionAborted);
    expect(server.lost).toBeInstanceOf(ConnectionLost);
  });

  test('an end without a closing handshake is ConnectionLost', async () => {
    const { sim, server, client } = await connectedPair();
    client.transport.underlying.unregisterProducer();
    client.transport.underlying.loseConnection();
    await sim.runUntil(() => server.lost !== null);
    expect(server.lost).toBeInstanceOf(ConnectionLost);
    expect(server.lost?.message).toContain('without a closing handshake');
  });

  test('loseWriteConnection ends writing and goes on reading until the peer ends', async () => {
    const { sim, server, client } = await connectedPair();
    client.transport.write('the question');
    client.transport.loseWriteConnection();
    client.transport.write('too late');
    // A peer of RFC 6455 answers the Close frame at once.
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.received).toEqual(['the question']);
    expect(server.lost).toBeInstanceOf(ConnectionDone);
    expect(client.lost).toBeInstanceOf(ConnectionDone);
  });

  test('pauseProducing keeps back what came in one piece, and the end, until resumeProducing', async () => {
    class Sipping extends Recorder {
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        this.transport.pauseProducing();
      }
    }
    const { sim, server, client } = await connectedPair({ serverProtocol: () => new Sipping() });
    for (const word of ['one', 'two', 'three']) client.transport.write(word);
    client.transport.loseConnection();
    for (const expected of [['one'], ['one', 'two'], ['one', 'two', 'three']]) {
      await sim.advance(3);
      expect(server.received).toEqual(expected);
      expect(server.lost).toBeNull();
      server.transport.resumeProducing();
    }
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.lost).toBeInstanceOf(ConnectionDone);
  });

  test('registerProducer pauses a push producer at 64 KiB, and the other side reads at its own pace', async () => {
    const { sim, server, client } = await connectedPair({ server: { pingInterval: null } });
    const calls: string[] = [];
    server.transport.registerProducer(
      {
        pauseProducing: () => calls.push('pause'),
        resumeProducing: () => calls.push('resume'),
        stopProducing: () => calls.push('stop'),
      },
      true,
    );
    client.transport.pauseProducing();
    server.transport.write('x'.repeat(60_000));
    expect(calls).toEqual([]);
    server.transport.write('x'.repeat(60_000));
    expect(calls).toEqual(['pause']);
    await sim.runUntil(() => calls.includes('resume'));
    // What the network and the two hosts hold is full some time.
    for (let i = 0; i < 100; i++) server.transport.write('x'.repeat(60_000));
    await sim.advance(60);
    expect(calls.at(-1)).toBe('pause');
    client.transport.resumeProducing();
    await sim.runUntil(() => client.text.length === 102 * 60_000);
    await sim.runUntil(() => calls.at(-1) === 'resume');
    server.transport.unregisterProducer();
    server.transport.loseConnection();
    await sim.runUntil(() => client.lost !== null);
    expect(calls).not.toContain('stop');
  });

  test('registerProducer asks a pull producer for each piece, and loseConnection waits for it', async () => {
    const { sim, server, client } = await connectedPair();
    let pieces = 0;
    server.transport.registerProducer(
      {
        resumeProducing: () => {
          pieces += 1;
          server.transport.write(`piece ${pieces}\n`);
          if (pieces === 5) server.transport.unregisterProducer();
        },
        stopProducing: () => {},
      },
      false,
    );
    server.transport.loseConnection();
    await sim.runUntil(() => client.lost !== null && server.lost !== null);
    expect(client.text).toBe('piece 1\npiece 2\npiece 3\npiece 4\npiece 5\n');
    expect(client.lost).toBeInstanceOf(ConnectionDone);
  });

  test("the peer's end stops a producer before connectionLost", async () => {
    const { sim, server, client } = await connectedPair();
    const calls: string[] = [];
    server.connectionLost = () => calls.push('lost');
    server.transport.registerProducer({ resumeProducing: () => {}, stopProducing: () => calls.push('stop') }, false);
    client.transport.loseConnection();
    await sim.runUntil(() => calls.length === 2);
    expect(calls).toEqual(['stop', 'lost']);
  });

  test('an exception in dataReceived is logged and costs that connection', async () => {
    class Broken extends Recorder {
      override dataReceived(): void {
        throw new Error('broken');
      }
    }
    const { sim, server, client } = await connectedPair({
      serverProtocol: () => new Broken(),
      simulation: { errors: 'collect' },
    });
    client.transport.write('hello');
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.lost?.message).toBe('broken');
    expect(sim.flushErrors().map(({ value }) => value.message)).toEqual(['broken']);
  });

  test('an async dataReceived that fails costs that connection too', async () => {
    class Broken extends Recorder {
      override async dataReceived(): Promise<void> {
        await Promise.resolve();
        throw new Error('broken later');
      }
    }
    const { sim, server, client } = await connectedPair({
      serverProtocol: () => new Broken() as unknown as Recorder,
      simulation: { errors: 'collect' },
    });
    client.transport.write('hello');
    await sim.runUntil(() => server.lost !== null && client.lost !== null);
    expect(server.lost?.message).toBe('broken later');
    expect(sim.flushErrors().map(({ value }) => value.message)).toEqual(['broken later']);
  });

  test('a peer that is gone is noticed by a ping, in the seconds that were set', async () => {
    const { sim, server, client } = await connectedPair({ server: { pingInterval: 30, pingTimeout: 20 } });
    const began = sim.seconds();
    client.transport.write('hello');
    await sim.advance(100);
    expect([server.lost, client.lost]).toEqual([null, null]);
    sim.hosts.get('client')?.crash();
    const crashed = sim.seconds();
    await sim.runUntil(() => server.lost !== null);
    expect(sim.seconds() - crashed).toBeLessThanOrEqual(51);
    expect(sim.seconds() - began).toBeGreaterThan(100);
    expect(server.lost).toBeInstanceOf(ConnectionLost);
    expect(server.lost?.message).toContain('has not answered a ping for 20 seconds');
  });

  test('a protocol that has paused is not blamed on its peer', async () => {
    const { sim, server, client } = await connectedPair({
      server: { pingInterval: 3, pingTimeout: 2 },
      client: { pingInterval: null },
    });
    server.transport.pauseProducing();
    await sim.advance(60);
    expect(server.lost).toBeNull();
    server.transport.resumeProducing();
    await sim.advance(60);
    expect([server.lost, client.lost]).toEqual([null, null]);
  });

  test('loseConnection gives a peer that does not answer some time, and not for ever', async () => {
    const { sim, server, client } = await connectedPair({ server: { closeTimeout: 7 } });
    client.transport.pauseProducing();
    const began = sim.seconds();
    server.transport.loseConnection();
    await sim.runUntil(() => server.lost !== null);
    expect(sim.seconds() - began).toBeCloseTo(7, 0);
    expect(server.lost).toBeInstanceOf(ConnectionDone);
  });

  test('one seed gives one trace', async () => {
    const traces = [];
    for (let i = 0; i < 2; i++) {
      const { sim, server, client } = await connectedPair({ simulation: { seed: 7 } });
      client.transport.write('hello');
      server.transport.loseConnection();
      await sim.runUntil(() => server.lost !== null && client.lost !== null);
      traces.push([sim.events, sim.seconds()]);
    }
    expect(traces[0]).toEqual(traces[1]);
  });
});
