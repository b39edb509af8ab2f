import { once } from 'node:events';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { ConnectionLost } from '../../src/error';
import type { ITransport } from '../../src/interfaces';
import { BulkProducer } from '../live/bulkProducer';
import { until, whileRunning } from '../live/running';
import { HalfCloseableWitness, Witness, WitnessClientFactory, WitnessFactory } from '../live/witness';
import { DuplexProtocol, type DuplexProtocolOptions, toDuplex } from '../../src/streams';

const MEGABYTE = 1 << 20;

/** Connects a `Duplex` (the server's side) with a protocol (the client's) over TCP. */
async function joined<P extends Witness>(
  client: P,
  test: (duplex: Duplex, peer: P) => Promise<void>,
  options: DuplexProtocolOptions = {},
): Promise<void> {
  await whileRunning(async (reactor) => {
    const protocol = new DuplexProtocol(options);
    const port = reactor.listenTCP(0, new WitnessFactory(protocol), { interface: '127.0.0.1' });
    const { port: number } = port.getHost() as unknown as { port: number };
    reactor.connectTCP('127.0.0.1', number, new WitnessClientFactory(client));
    await client.made;
    await until(reactor, () => protocol.duplex !== null);
    await test(protocol.duplex!, client);
    await port.stopListening();
  });
}

/** Everything a stream brings. */
async function textOf(readable: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readable) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

describe('DuplexProtocol.duplex', () => {
  it('brings what the peer sends, and its end', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      peer.transport.write('hello');
      peer.transport.loseConnection();
      expect(await textOf(duplex)).toBe('hello');
      expect(String(await peer.lost)).toContain('ConnectionDone');
    });
  });

  it('sends what is written, and ends the connection by end() once the peer has ended, too', async () => {
    await joined(new HalfCloseableWitness(), async (duplex, peer) => {
      duplex.write('one ');
      duplex.end('two');
      duplex.resume();
      await peer.readLost;
      expect(peer.text).toBe('one two');
      expect(duplex.writableFinished).toBe(true);
      peer.transport.loseConnection();
      await once(duplex, 'close');
      expect(peer.events).toEqual(['made', 'readLost', 'lost ConnectionDone']);
    });
  });

  it('ends by itself after the peer unless half-open connections are allowed', async () => {
    await joined(new HalfCloseableWitness(), async (duplex, peer) => {
      peer.transport.loseWriteConnection();
      duplex.resume();
      await once(duplex, 'close');
      await peer.readLost;
      peer.transport.loseConnection();
      await peer.lost;
    });
    await joined(
      new HalfCloseableWitness(),
      async (duplex, peer) => {
        peer.transport.write('question');
        peer.transport.loseWriteConnection();
        expect(await textOf(duplex.iterator({ destroyOnReturn: false }))).toBe('question');
        duplex.end('answer');
        await peer.readLost;
        expect(peer.text).toBe('answer');
        peer.transport.loseConnection();
        await peer.lost;
      },
      { allowHalfOpen: true },
    );
  });

  it('reads nothing from the network that nobody reads from it', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      const producer = new BulkProducer(peer.transport, 64 * MEGABYTE);
      producer.start();
      // The kernel's buffers fill, and the producer is paused for good.
      await expect(producer.isStuck()).resolves.toBe(true);
      expect(duplex.readableLength).toBeLessThanOrEqual(128 * 1024);
      expect(producer.produced).toBeLessThan(32 * MEGABYTE);
      let received = 0;
      for await (const chunk of duplex) received += (chunk as Buffer).length;
      expect(received).toBe(64 * MEGABYTE);
    });
  });

  it('calls a write back only when the connection has room for more', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      peer.transport.pauseProducing();
      const chunk = Buffer.alloc(MEGABYTE, 'x');
      let taken = 0;
      const source = new Readable({
        read() {
          taken += 1;
          this.push(taken <= 64 ? chunk : null);
        },
      });
      const sent = pipeline(source, duplex);
      for (let before = -1; before !== taken;) {
        before = taken;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(taken).toBeLessThan(32);
      peer.transport.resumeProducing();
      expect((await peer.received(64 * MEGABYTE)).length).toBe(64 * MEGABYTE);
      peer.transport.loseConnection();
      duplex.resume();
      await sent;
    });
  });

  it('fails with what broke the connection, and fails the write that was under way', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      peer.transport.pauseProducing();
      const failed = once(duplex, 'error');
      const written = new Promise((resolve) => duplex.write(Buffer.alloc(32 * MEGABYTE), resolve));
      await new Promise(setImmediate);
      duplex.resume();
      peer.transport.abortConnection();
      const [error] = (await failed) as [Error];
      expect(error).toBeInstanceOf(ConnectionLost);
      expect(await written).toBe(error);
      expect(duplex.destroyed).toBe(true);
    });
  });

  it('is closed by destroy() in an orderly way, and by destroy(error) with a reset', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      duplex.write('last words');
      duplex.destroy();
      await once(duplex, 'close');
      expect((await peer.lost).value.name).toBe('ConnectionDone');
      expect(peer.text).toBe('last words');
    });
    await joined(new Witness(), async (duplex, peer) => {
      const failed = once(duplex, 'error');
      duplex.destroy(new Error('enough'));
      expect(await failed).toEqual([new Error('enough')]);
      expect((await peer.lost).value.name).toBe('ConnectionLost');
    });
  });

  it('is destroyed when the loop over it is left', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      peer.transport.write('one');
      for await (const chunk of duplex) {
        expect(String(chunk)).toBe('one');
        break;
      }
      expect(duplex.destroyed).toBe(true);
      await peer.lost;
    });
  });

  it('sends all that was written at the end of `await using`, and is lost in an orderly way, though not read to its end', async () => {
    await joined(new Witness(), async (duplex, peer) => {
      peer.transport.write('never read');
      await once(duplex, 'readable');
      duplex.write('x'.repeat(MEGABYTE));
      duplex.write('y'.repeat(MEGABYTE)); // waits for room
      await duplex[Symbol.asyncDispose]();
      await duplex[Symbol.asyncDispose]();
      expect(String(await peer.lost)).toContain('ConnectionDone');
      expect(peer.text).toBe('x'.repeat(MEGABYTE) + 'y'.repeat(MEGABYTE));
    });
  });

  it('is null before the connection is made', () => {
    expect(new DuplexProtocol().duplex).toBeNull();
  });
});

describe('toDuplex', () => {
  /** Greets, and hands the connection over when it has heard a line. */
  class Upgrading extends Witness {
    duplex: Duplex | null = null;

    override dataReceived(data: Buffer): void {
      super.dataReceived(data);
      this.transport.write('upgrading\n');
      this.duplex = toDuplex(this.transport);
      this.duplex.unshift(data.subarray(data.indexOf('\n') + 1));
    }
  }

  it('takes a live connection over from its protocol, which hears nothing more', async () => {
    await whileRunning(async (reactor) => {
      const [server, client] = [new Upgrading(), new Witness()];
      const port = reactor.listenTCP(0, new WitnessFactory(server), { interface: '127.0.0.1' });
      const { port: number } = port.getHost() as unknown as { port: number };
      reactor.connectTCP('127.0.0.1', number, new WitnessClientFactory(client));
      await client.made;
      client.transport.write('upgrade\nrest ');
      await client.received(10);
      client.transport.write('of it');
      client.transport.loseConnection();
      expect(await textOf(server.duplex!)).toBe('rest of it');
      await client.lost;
      await port.stopListening();
      expect(server.events).toEqual(['made']);
      expect(server.text).toBe('upgrade\nrest ');
    });
  });

  it('refuses what is not the connection of a reactor, and a connection that is lost', async () => {
    const wrapper = { write() {}, writeSequence() {}, loseConnection() {}, getPeer() {}, getHost() {} };
    expect(() => toDuplex(wrapper as unknown as ITransport)).toThrow(TypeError);
    await joined(new Witness(), async (duplex, peer) => {
      const broken = once(duplex.resume(), 'error');
      peer.transport.abortConnection();
      await Promise.all([peer.lost, broken]);
      expect(() => toDuplex(peer.transport)).toThrow('Cannot make a Duplex of a connection that is lost');
    });
  });
});
