/**
 * What the Node driver relies on and Node does not document: when this fails, `writeQueue.ts` has to change.
 */
import { once } from 'node:events';
import net from 'node:net';

import { writeQueueSize } from '../../../src/drivers/node/writeQueue';
import { inDirectory } from '../../unix/directory';

/** More than the kernel's buffers hold, of a connection whose peer does not read. */
const MUCH = 24 * 2 ** 20;

const at = inDirectory();

/** Waits until two looks in a row give the same. */
async function settled(look: () => number): Promise<number> {
  for (let before = -1; ;) {
    const now = look();
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('writeQueueSize', () => {
  it.each([
    ['TCP', { port: 0, host: '127.0.0.1' }],
    ['UNIX', { path: at('socket') }],
  ])('is what the kernel has not taken, and falls while one write is under way (%s)', async (_kind, where) => {
    const server = net.createServer({ pauseOnConnect: true }).listen(where);
    await once(server, 'listening');
    const address = server.address() as net.AddressInfo | string;
    const client = typeof address === 'string' ? net.connect(address) : net.connect(address.port, address.address);
    const [far] = (await once(server, 'connection')) as [net.Socket];
    expect(writeQueueSize(client)).toBe(0);
    const written = new Promise((resolve) => client.write(Buffer.alloc(MUCH), resolve));
    const stuck = await settled(() => writeQueueSize(client));
    expect(stuck).toBeGreaterThan(0);
    let count = 0;
    const half = new Promise<void>((resolve) => {
      far.on('data', (data) => {
        count += data.length;
        if (count < MUCH / 2) return;
        far.pause().removeAllListeners('data');
        resolve();
      });
    });
    far.resume();
    await half;
    expect(await settled(() => writeQueueSize(client))).toBeLessThan(stuck);
    far.resume();
    await written;
    expect(writeQueueSize(client)).toBe(0);
    client.destroy();
    far.destroy();
    expect(writeQueueSize(client)).toBe(0);
    server.close();
  });
});
