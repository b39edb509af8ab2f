/** What is written to a stream of the Node driver: mostly, the operating system takes it at once. */
import { once } from 'node:events';
import net from 'node:net';

import type { StreamHandle } from '../../../src/driver';
import { NodeDriver } from '../../../src/drivers/node';

function seen(handle: StreamHandle, event: 'connected' | 'written' | 'closed'): Promise<void> {
  return new Promise((resolve) => handle.once(event, () => resolve()));
}

/** More than two ends of a connection buffer between them. */
const TOO_MUCH = 24 * 2 ** 20;

describe('NodeStreamHandle.takesMore', () => {
  it('is true of a write that the operating system has taken, until that is told; of one that it has not, false', async () => {
    const driver = new NodeDriver();
    driver.start(() => undefined);
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const handle: StreamHandle = driver.connectStream({ family: 'IPv4', host: '127.0.0.1', port }, {});
    try {
      const connected = seen(handle, 'connected');
      const [peer] = (await once(server, 'connection')) as [net.Socket];
      await connected;
      const taken = [handle.takesMore];
      let told = 0;
      handle.on('written', () => (told += 1));
      for (let i = 0; i < 3; i++) {
        handle.write([Buffer.from('small')]);
        taken.push(handle.takesMore);
      }
      await seen(handle, 'written');
      taken.push(handle.takesMore);
      handle.write([Buffer.alloc(TOO_MUCH)]);
      taken.push(handle.takesMore);
      const written = seen(handle, 'written');
      peer.resume();
      await written;
      expect([taken, told]).toEqual([[false, true, true, true, false, false], 2]);
    } finally {
      const closed = seen(handle, 'closed');
      handle.close();
      await closed;
      await new Promise((resolve) => server.close(resolve));
      driver.stop();
    }
  });
});
