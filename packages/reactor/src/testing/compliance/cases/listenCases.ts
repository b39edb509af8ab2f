/**
 * Rule 2: `listenStream` binds before it returns, or throws a `DriverError` with an errno code.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld } from '../driverWorld';
import { driverErrorOf } from '../scene';

const hasInet = (world: DriverWorld): boolean => world.inet !== null;

export const listenCases = [
  driverCase(2, 'IDriver.listenStream has bound when it returns, and knows the address', (scene) => {
    const station = scene.idleStation();
    const wanted = scene.world.listenAddress(station.driver);
    const { localAddress } = station.listen(wanted);
    claimEqual(localAddress.family, wanted.family, 'the family');
    if (localAddress.family === 'UNIX' || wanted.family === 'UNIX') claimEqual(localAddress, wanted, 'the address');
    else {
      claimEqual(localAddress.host, wanted.host, 'the host');
      claim(localAddress.port > 0 && localAddress.port < 65536, `port ${localAddress.port} is none`);
    }
  }),

  driverCase(2, 'IDriver.listenStream throws EADDRINUSE for an address that is listened on', async (scene) => {
    const station = scene.station();
    const port = scene.listen(station);
    const error = driverErrorOf(() => station.listen(port.localAddress));
    claimEqual(error.code, 'EADDRINUSE', 'the code');
    const other = driverErrorOf(() => scene.station().listen(port.localAddress));
    claimEqual(other.code, 'EADDRINUSE', 'the code, for another driver');
    station.connect(port.localAddress);
    await port.accepts(1);
  }),

  driverCase(
    2,
    'IDriver.listenStream throws EADDRNOTAVAIL for an address of another machine',
    (scene) => {
      const station = scene.station();
      const address = scene.world.listenAddress(station.driver);
      const host = scene.world.inet!.foreignHost;
      const error = driverErrorOf(() => station.listen({ ...address, host } as typeof address));
      claimEqual(error.code, 'EADDRNOTAVAIL', 'the code');
    },
    hasInet,
  ),

  driverCase(2, 'ListenHandle delivers connections in the order in which they were made', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = (stream) => stream.readStart();
    const streams = Array.from({ length: 20 }, () => client.connect(port.localAddress));
    streams.forEach((stream, i) => {
      stream.reactions.connected = () => stream.write(Buffer.from([i]));
    });
    await port.accepts(20);
    for (const stream of port.accepted) await stream.receives(1);
    claimEqual(
      port.accepted.map(({ received }) => received[0]),
      streams.map((_, i) => i),
      'the connections, by what they sent',
    );
  }),

  driverCase(2, 'ListenHandle delivers connections with their addresses', async (scene) => {
    const { near, far, port } = await scene.connection();
    claimEqual(far.localAddress, port.localAddress, "the accepted end's own address");
    claimEqual(near.peerAddress?.family, port.localAddress.family, "the family of the connected end's peer");
    claimEqual(far.peerAddress, near.localAddress, "the accepted end's peer");
  }),

  driverCase(2, 'ListenHandle.close frees the address at once', async (scene) => {
    const station = scene.station();
    let port = scene.listen(station);
    for (let i = 0; i < 5; i++) {
      port.close();
      port = station.listen(port.localAddress);
    }
    station.connect(port.localAddress);
    await port.accepts(1);
  }),

  driverCase(2, 'ListenHandle.close frees the address of connections that go on', async (scene) => {
    const { port, server, client, near, far } = await scene.connection();
    far.readStart();
    port.close();
    const again = server.listen(port.localAddress);
    near.write(Buffer.from('still here'));
    await far.receives(10);
    client.connect(again.localAddress);
    await again.accepts(1);
    await port.isClosed();
  }),

  driverCase(2, 'ListenHandle.close stops accepting at once', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    client.connect(port.localAddress);
    port.close();
    await port.isClosed();
    await scene.look();
    claimEqual(port.accepted.length, 0, 'connections accepted after close');
  }),

  driverCase(2, 'ListenHandle.close from inside connection is obeyed', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = () => port.close();
    for (let i = 0; i < 3; i++) client.connect(port.localAddress);
    await port.isClosed();
    await scene.look();
    claimEqual(port.accepted.length, 1, 'connections accepted');
    claimEqual(port.accepted[0]!.events, [], 'events of the connection that was accepted');
  }),

  driverCase(7, 'ListenHandle.close twice tells closed once', async (scene) => {
    const port = scene.listen(scene.station());
    port.close();
    port.close();
    claimEqual(port.closed, 0, 'closed from inside the command');
    await port.isClosed();
    port.close();
    await scene.look();
    claimEqual(port.closed, 1, 'closed');
  }),
];
