/**
 * Rule 7: `closed` exactly once and last. There is no `error` event: failure is the argument of the end.
 */
import { claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld } from '../driverWorld';
import type { StreamProbe } from '../streamProbe';

const resets = (world: DriverWorld): boolean => world.resets;

/** Every command there is, none of which is to do anything. */
function commandAll(stream: StreamProbe): void {
  stream.readStart();
  stream.write(Buffer.from('nobody gets this'));
  stream.shutdown();
  stream.readStop();
  stream.readStart();
  stream.close();
  stream.reset();
  stream.handle.setNoDelay(true);
  stream.handle.setKeepAlive(true);
}

export const closeCases = [
  driverCase(7, 'StreamHandle.close is followed by one closed(null)', async (scene) => {
    const { near, far } = await scene.connection();
    near.close();
    far.close();
    await near.sees('closed');
    await far.sees('closed');
    await scene.look();
    claimEqual(near.events, ['connected', 'closed(null)'], 'events of one end');
    claimEqual(far.events, ['closed(null)'], 'events of the other');
  }),

  driverCase(7, 'StreamHandle.close and reset, several times, are followed by one closed(null)', async (scene) => {
    const { near, far } = await scene.connection();
    near.close();
    near.reset();
    near.close();
    far.reset();
    far.close();
    far.reset();
    await near.sees('closed');
    await far.sees('closed');
    await scene.look();
    claimEqual(near.events, ['connected', 'closed(null)'], 'events of one end');
    claimEqual(far.events, ['closed(null)'], 'events of the other');
  }),

  driverCase(
    7,
    'StreamHandle.reset is closed(null) here and closed(ECONNRESET) for the peer',
    async (scene) => {
      const { near, far } = await scene.connection();
      far.readStart();
      near.reset();
      await near.sees('closed');
      await far.sees('closed');
      await scene.look();
      claimEqual(near.events, ['connected', 'closed(null)'], 'events of the end that reset');
      claimEqual(far.events, ['closed(ECONNRESET)'], 'events of the peer');
    },
    resets,
  ),

  driverCase(7, 'StreamHandle.reset right after shutdown closes it all the same', async (scene) => {
    const { near, far } = await scene.connection();
    for (const end of [far, near]) {
      end.write(Buffer.from('x'));
      await end.sees('written');
    }
    far.shutdown();
    far.reset();
    await far.sees('closed');
    claimEqual(far.events, ['written', 'closed(null)'], 'events');
    near.shutdown();
    near.reset();
    await near.sees('closed');
  }),

  driverCase(7, 'StreamHandle does nothing after close', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    far.write(Buffer.from('too late'));
    near.close();
    commandAll(near);
    await near.sees('closed');
    await scene.look();
    claimEqual(near.events, ['connected', 'closed(null)'], 'events');
    claimEqual(far.bytes, 0, 'bytes that the peer got');
  }),

  driverCase(7, 'StreamHandle does nothing after closed(null)', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.close();
    near.reactions.closed = () => commandAll(near);
    await near.sees('closed');
    commandAll(near);
    await far.sees('ended');
    await scene.look();
    claimEqual(near.events, ['connected', 'closed(null)'], 'events');
    claimEqual(far.bytes, 0, 'bytes that the peer got');
  }),

  driverCase(7, 'StreamHandle does nothing after closed(error)', async (scene) => {
    const stream = scene.station().connect(scene.world.unusedAddress());
    stream.reactions.closed = () => commandAll(stream);
    await stream.sees('closed');
    commandAll(stream);
    await scene.look();
    claimEqual(stream.events, ['closed(ECONNREFUSED)'], 'events');
  }),

  driverCase(7, 'StreamHandle.close from inside data lets nothing come but closed(null)', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    far.reactions.data = () => far.close();
    near.write(Buffer.alloc(500_000));
    await far.sees('closed');
    await scene.look();
    claimEqual(far.events, ['data', 'closed(null)'], 'events');
    claimEqual(far.chunks.length, 1, 'chunks');
  }),

  driverCase(7, 'StreamHandle.close from inside written lets nothing come but closed(null)', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.reactions.written = () => near.close();
    near.write(Buffer.from('x'));
    await near.sees('closed');
    await far.sees('ended');
    await scene.look();
    claimEqual(near.events, ['connected', 'written', 'closed(null)'], 'events');
    claimEqual(far.bytes, 1, 'bytes that the peer got');
  }),

  driverCase(7, 'StreamHandle.close from inside connected and connection is carried out', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = (stream) => stream.close();
    const stream = client.connect(port.localAddress);
    stream.reactions.connected = () => stream.close();
    await stream.sees('closed');
    await port.accepts(1);
    await port.accepted[0]!.sees('closed');
    claimEqual(stream.events, ['connected', 'closed(null)'], 'events of the connected end');
    claimEqual(port.accepted[0]!.events, ['closed(null)'], 'events of the accepted end');
  }),

  driverCase(7, 'StreamHandle.close of a thousand connections closes each once', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server, 128);
    for (let round = 1; round <= 10; round++) {
      for (let i = 0; i < 100; i++) {
        const stream = client.connect(port.localAddress);
        stream.reactions.connected = () => stream.close();
      }
      await port.accepts(round * 100);
    }
    for (const stream of client.streams) await stream.sees('closed');
    for (const stream of port.accepted) stream.close();
    for (const stream of port.accepted) await stream.sees('closed');
    claimEqual(client.streams.filter((stream) => stream.count('closed') === 1).length, 1000, 'connections closed once');
  }),
];
