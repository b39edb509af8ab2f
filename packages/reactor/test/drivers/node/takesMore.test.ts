/** What is written to a stream of the Node driver: mostly, the operating system takes it at once. */
import { once } from 'node:events';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';

import type { StreamHandle } from '../../../src/driver';
import { NodeDriver } from '../../../src/drivers/node';

function seen(handle: StreamHandle, event: 'connected' | 'written' | 'closed'): Promise<void> {
  return new Promise((resolve) => handle.once(event, () => resolve()));
}

/** More than two ends of a connection buffer between them. */
const TOO_MUCH = 24 * 2 ** 20;

/** A connection: this end of it, and its peer, who does not read yet. */
async function withConnection(use: (handle: StreamHandle, peer: net.Socket) => Promise<void>): Promise<void> {
  const driver = new NodeDriver();
  driver.start(() => undefined);
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const handle = driver.connectStream({ family: 'IPv4', host: '127.0.0.1', port }, {});
  const connected = seen(handle, 'connected');
  const [peer] = (await once(server, 'connection')) as [net.Socket];
  await connected;
  try {
    await use(handle, peer);
  } finally {
    const closed = seen(handle, 'closed');
    handle.close();
    await closed;
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
    driver.stop();
  }
}

describe('NodeStreamHandle.takesMore', () => {
  it('is true of a write that the operating system has taken, until that is told; of one that it has not, false', () =>
    withConnection(async (handle, peer) => {
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
    }));

  it('has one written told for many writes, and later ones in their own time', () =>
    withConnection(async (handle) => {
      const perTurn: number[] = [0];
      handle.on('written', () => {
        perTurn[perTurn.length - 1] = perTurn.at(-1)! + 1;
        handle.write([Buffer.from('more')]);
      });
      for (let i = 0; i < 10; i++) handle.write([Buffer.from('small')]);
      for (let turn = 0; turn < 5; turn++) {
        await setImmediate();
        perTurn.push(0);
      }
      // A turn tells of what was done before it, and of what its own commands did.
      expect(Math.max(...perTurn)).toBeLessThanOrEqual(2);
      expect(perTurn.filter((count) => count > 0).length).toBeGreaterThan(2);
    }));
});
