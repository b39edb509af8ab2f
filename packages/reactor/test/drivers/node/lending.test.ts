/** What a stream of the Node driver lends: the memory that all of them read into. */
import net from 'node:net';

import { NodeDriver } from '../../../src/drivers/node';
import type { StreamHandle } from '../../../src/driver';

/** Bytes that are read at once, at most: given away, and lent. */
const READ_SIZE = 64 * 1024;
const LENT_SIZE = 80 * 1024;
const FLOOD = 64 * READ_SIZE;

/** Where a chunk lies. */
interface Memory {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

describe('NodeStreamHandle.lends', () => {
  it('lends one memory to all, even where a flood had been given memory of its own', async () => {
    const driver = new NodeDriver();
    driver.start(() => undefined);
    const port = driver.listenStream({ family: 'IPv4', host: '127.0.0.1', port: 0 }, { backlog: 10 });
    const accepted: StreamHandle[] = [];
    const clients = [new net.Socket(), new net.Socket()];
    const { port: number } = port.localAddress as { port: number };
    const made = new Promise<void>((resolve) => {
      port.on('connection', (handle) => {
        if (accepted.push(handle) === clients.length) resolve();
      });
    });
    for (const client of clients) client.connect(number, '127.0.0.1');
    await made;

    const sendTo = (handle: StreamHandle, bytes: Buffer): void => {
      const { port } = handle.peerAddress as { port: number };
      clients.find(({ localPort }) => localPort === port)?.write(bytes);
    };
    /** Where what was lent was lent from. */
    const lentBy = async (handle: StreamHandle, bytes: Buffer): Promise<Memory[]> => {
      const lent: Memory[] = [];
      let left = bytes.length;
      await new Promise<void>((resolve) => {
        handle.on('data', ({ buffer, byteOffset, length }) => {
          if (handle.lends === true) lent.push({ buffer, byteOffset });
          // From the first chunk on that fills its memory: the next is read into memory of the stream's own.
          else if (length === READ_SIZE) handle.lends = true;
          left -= length;
          if (left === 0) resolve();
        });
        handle.readStart();
        sendTo(handle, bytes);
      });
      return lent;
    };
    try {
      const [flooded, other] = accepted as [StreamHandle, StreamHandle];
      const ofFlooded = await lentBy(flooded, Buffer.alloc(FLOOD));
      other.lends = true;
      const [ofOther] = await lentBy(other, Buffer.alloc(1));
      expect(ofOther).toMatchObject({ byteOffset: 0, buffer: { byteLength: LENT_SIZE } });
      expect(ofFlooded.length).toBeGreaterThan(1);
      for (const { buffer, byteOffset } of ofFlooded.slice(1)) {
        expect([byteOffset, buffer === ofOther?.buffer]).toEqual([0, true]);
      }
    } finally {
      const closed = accepted.map((handle) => new Promise<void>((resolve) => handle.on('closed', () => resolve())));
      for (const handle of accepted) handle.close();
      await Promise.all(closed);
      const portClosed = new Promise<void>((resolve) => port.on('closed', () => resolve()));
      port.close();
      await portClosed;
      for (const client of clients) client.destroy();
      driver.stop();
    }
  });
});
