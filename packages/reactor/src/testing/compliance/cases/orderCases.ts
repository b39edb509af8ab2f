/**
 * Rule 8: equal inputs give equal orders. And rule 1, where it is easiest to break.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { Scene } from '../scene';

/** Who was heard in which order, when everybody spoke at once. */
async function orderOfArrival(scene: Scene): Promise<number[]> {
  const server = scene.station();
  const client = scene.station();
  const port = scene.listen(server);
  const order: number[] = [];
  const streams = Array.from({ length: 12 }, () => client.connect(port.localAddress));
  await port.accepts(12);
  for (const stream of streams) await stream.sees('connected');
  port.accepted.forEach((stream, i) => {
    stream.readStart();
    stream.reactions.data = () => order.push(i);
  });
  await scene.look();
  for (const i of [3, 1, 4, 11, 5, 9, 2, 6, 10, 8, 7, 0]) streams[i]!.write(Buffer.from('x'));
  await scene.witness.until('all to be heard', () => order.length === 12);
  return order;
}

/** In which order handles say that they are closed, when all are told to at once. */
async function orderOfClosing(scene: Scene): Promise<number[]> {
  const { client, port } = await scene.connection();
  for (let i = 0; i < 9; i++) client.connect(port.localAddress);
  for (const stream of client.streams) await stream.sees('connected');
  const order: number[] = [];
  client.streams.forEach((stream, i) => {
    stream.reactions.closed = () => order.push(i);
  });
  for (const i of [4, 2, 9, 0, 1, 8, 3, 7, 5, 6]) client.streams[i]!.close();
  await scene.witness.until('all to be closed', () => order.length === 10);
  return order;
}

export const orderCases = [
  driverCase(8, 'IDriver delivers equal inputs in equal orders', async (scene) => {
    const first = await orderOfArrival(scene);
    claimEqual(await orderOfArrival(scene), first, 'the order of arrival, the second time');
  }),

  driverCase(8, 'IDriver tells handles that are closed together in equal orders', async (scene) => {
    const first = await orderOfClosing(scene);
    claimEqual(await orderOfClosing(scene), first, 'the order of closed, the second time');
  }),

  driverCase(1, 'StreamHandle says nothing from inside a command, when what it would say is known', async (scene) => {
    const { client, near, far } = await scene.connection();
    near.write(Buffer.from('x'));
    near.shutdown();
    await scene.look();
    // Data and end wait; the probe tells when one of these answers at once.
    far.readStart();
    far.readStop();
    far.readStart();
    await far.sees('ended');
    far.readStop();
    far.shutdown();
    const refused = client.connect(scene.world.unusedAddress());
    refused.close();
    near.close();
    far.close();
    await refused.sees('closed');
    claim(scene.witness.faults.length === 0, scene.witness.faults.join('; '));
  }),

  driverCase(1, 'IDriver takes turns one at a time, never one inside another or inside an event', async (scene) => {
    const { server, near, far } = await scene.connection();
    let depth = 0;
    const alone = (): void => {
      depth += 1;
      claim(depth === 1, 'a turn or an event came from inside another');
      server.wakeSoon();
      server.wakeIn(0);
      if (server.turns < 20) far.write(Buffer.from('x'));
      depth -= 1;
    };
    near.readStart();
    far.readStart();
    far.reactions.written = () => undefined;
    server.onTurn = () => {
      if (far.written === server.turns - 1) alone();
      else server.wakeSoon();
    };
    far.reactions.data = () => server.wakeSoon();
    near.write(Buffer.from('begin'));
    await near.receives(1);
    server.onTurn = () => undefined;
    claim(depth === 0, 'a turn did not come back');
  }),
];
