import { once } from 'node:events';
import net from 'node:net';
import { Duplex, duplexPair, PassThrough } from 'node:stream';

import { createNodeReactor } from '../../src/default';
import type { IReactorCore } from '../../src/interfaces';
import { fromDuplex } from '../../src/streams';
import { BulkProducer } from '../live/bulkProducer';
import { until, whileRunning } from '../live/running';
import { HalfCloseableWitness, Witness } from '../live/witness';

/** A protocol on each half of a pair. */
async function paired<P extends Witness>(
  [left, right]: readonly [P, P],
  test: (left: P, right: P) => Promise<void>,
): Promise<void> {
  await whileRunning(async (reactor) => {
    const [a, b] = duplexPair();
    fromDuplex(a, left, { reactor });
    fromDuplex(b, right, { reactor });
    expect([left.events, right.events]).toEqual([['made'], ['made']]);
    await test(left, right);
    await until(reactor, () => a.destroyed && b.destroyed);
  });
}

describe('fromDuplex', () => {
  it('runs a protocol on each half of a pair', async () => {
    await paired([new Witness(), new Witness()], async (left, right) => {
      left.transport.write('ping');
      left.transport.writeSequence(['!', Buffer.from('?')]);
      expect(await right.received(6)).toBe('ping!?');
      right.transport.write('pong');
      expect(await left.received(4)).toBe('pong');
      expect(String(left.transport.getPeer())).toBe('UNIXAddress(None)');
      left.transport.loseConnection();
      await Promise.all([left.lost, right.lost]);
      expect([left.events, right.events]).toEqual(Array(2).fill(['made', 'lost ConnectionDone']));
    });
  });

  it('ends one direction at a time for half-closeable protocols', async () => {
    await paired([new HalfCloseableWitness(), new HalfCloseableWitness()], async (left, right) => {
      left.transport.write('question');
      left.transport.loseWriteConnection();
      await right.readLost;
      right.transport.write('answer');
      right.transport.loseWriteConnection();
      await left.readLost;
      expect(left.text).toBe('answer');
      // Both directions have ended: the connection stays until it is lost, as over TCP.
      await new Promise(setImmediate);
      expect(left.events).toEqual(['made', 'writeLost', 'readLost']);
      left.transport.loseConnection();
      right.transport.loseConnection();
      expect([left.events.at(-1), right.events.at(-1)]).toEqual(Array(2).fill('lost ConnectionDone'));
    });
  });

  it('pauses the producer of a connection whose other end does not read', async () => {
    await paired([new Witness(), new Witness()], async (left, right) => {
      right.transport.pauseProducing();
      const producer = new BulkProducer(left.transport, 16 << 20);
      producer.start();
      await expect(producer.isStuck()).resolves.toBe(true);
      expect(producer.produced).toBeLessThan(1 << 20);
      right.transport.resumeProducing();
      expect((await right.received(16 << 20)).length).toBe(16 << 20);
      await Promise.all([left.lost, right.lost]);
    });
  });

  it('abortConnection destroys the stream, and loses what was not written', async () => {
    await whileRunning(async (reactor) => {
      const [a, b] = duplexPair();
      const witness = new Witness();
      fromDuplex(a, witness, { reactor });
      witness.transport.write('never');
      witness.transport.abortConnection();
      expect((await witness.lost).value.name).toBe('ConnectionAborted');
      expect([a.destroyed, b.read()]).toEqual([true, null]);
      b.destroy();
    });
  });

  it('loses the connection with the error that the stream has', async () => {
    await whileRunning(async (reactor) => {
      const stream = new PassThrough();
      const witness = new Witness();
      fromDuplex(stream, witness, { reactor });
      stream.destroy(new Error('unplugged'));
      const { value } = await witness.lost;
      expect(value).toMatchObject({ name: 'ConnectionLost', cause: { name: 'DriverError', message: 'unplugged' } });
    });
  });

  it('loses the connection when the stream is destroyed before its end', async () => {
    await whileRunning(async (reactor) => {
      const stream = new PassThrough();
      const witness = new Witness();
      fromDuplex(stream, witness, { reactor });
      stream.destroy();
      expect((await witness.lost).value.name).toBe('ConnectionLost');
    });
  });

  it('takes text for UTF-8, from streams that bring it', async () => {
    await whileRunning(async (reactor) => {
      const stream = new PassThrough();
      stream.setEncoding('utf8');
      const witness = new Witness();
      fromDuplex(stream, witness, { reactor });
      witness.transport.write('grün');
      expect(Buffer.from(await witness.received(5), 'latin1').toString()).toBe('grün');
      witness.transport.loseConnection();
      await witness.lost;
    });
  });

  it('knows the addresses of a socket', async () => {
    await whileRunning(async (reactor) => {
      const server = net.createServer((socket) => socket.end('hi')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const witness = new Witness();
      fromDuplex(socket, witness, { reactor });
      expect(String(witness.transport.getPeer())).toBe(`IPv4Address(type='TCP', host='127.0.0.1', port=${port})`);
      witness.transport.setTcpNoDelay(false);
      witness.transport.setTcpKeepAlive(true);
      expect(await witness.received(2)).toBe('hi');
      await witness.lost;
      await new Promise((resolve) => server.close(resolve));
    });
  });

  it('delivers what came before, when the reactor has started', async () => {
    const reactor = createNodeReactor();
    const [a, b] = duplexPair();
    const witness = new Witness();
    fromDuplex(a, witness, { reactor });
    b.end('early');
    await new Promise(setImmediate);
    expect(witness.events).toEqual([]);
    const over = reactor.run({ installSignalHandlers: false });
    expect(witness.events).toEqual(['made']);
    await witness.lost;
    expect(witness.text).toBe('early');
    reactor.stop();
    await over;
    b.destroy();
  });

  it('ends with the reactor', async () => {
    const witness = new Witness();
    const stream = new PassThrough();
    await whileRunning(async (reactor) => {
      fromDuplex(stream, witness, { reactor });
    });
    expect(witness.events).toEqual(['made', 'lost ConnectionLost']);
    await new Promise(setImmediate);
    expect(stream.destroyed).toBe(true);
  });

  it('refuses a reactor that takes no handles', () => {
    expect(() => fromDuplex(new Duplex(), new Witness(), { reactor: {} as IReactorCore })).toThrow(TypeError);
  });
});
