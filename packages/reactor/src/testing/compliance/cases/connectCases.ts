/**
 * Rule 3: `connectStream` returns at once; then exactly one of `connected` or `closed(error)` follows.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld } from '../driverWorld';

const hasInet = (world: DriverWorld): boolean => world.inet !== null;

export const connectCases = [
  driverCase(3, 'IDriver.connectStream is followed by one connected', async (scene) => {
    const { near, far } = await scene.connection();
    await scene.look();
    claimEqual(near.events, ['connected'], 'events of the connected end');
    claimEqual(far.events, [], 'events of the accepted end');
  }),

  driverCase(
    3,
    'IDriver.connectStream to an address that refuses is followed by one closed(ECONNREFUSED)',
    async (scene) => {
      const stream = scene.station().connect(scene.world.unusedAddress());
      await stream.sees('closed');
      await scene.look();
      claimEqual(stream.events, ['closed(ECONNREFUSED)'], 'events');
    },
  ),

  driverCase(3, 'IDriver.connectStream to an address that was listened on is refused', async (scene) => {
    const station = scene.station();
    const port = scene.listen(station);
    port.close();
    await port.isClosed();
    const stream = station.connect(port.localAddress);
    await stream.sees('closed');
    claim(!stream.has('connected'), 'it connected to a port that is closed');
  }),

  driverCase(3, 'IDriver.connectStream many times is followed by as many connected', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server, 128);
    const streams = Array.from({ length: 100 }, () => client.connect(port.localAddress));
    await port.accepts(100);
    for (const stream of streams) await stream.sees('connected');
    claim(
      streams.every(({ events }) => events.length === 1),
      'a connection told more than connected',
    );
  }),

  driverCase(3, 'StreamHandle.localAddress and peerAddress are known when it is connected, and stay', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    const stream = client.connect(port.localAddress);
    let inside: unknown;
    stream.reactions.connected = () => {
      inside = [stream.localAddress, stream.peerAddress];
    };
    await stream.sees('connected');
    await port.accepts(1);
    claim(stream.localAddress !== null && stream.peerAddress !== null, 'an address was null after connected');
    if (port.localAddress.family !== 'UNIX') claimEqual(stream.peerAddress, port.localAddress, "the peer's address");
    stream.close();
    await stream.sees('closed');
    claimEqual([stream.localAddress, stream.peerAddress], inside, 'the addresses after closed');
  }),

  driverCase(3, 'StreamHandle.close while connecting is followed by closed(null) only', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    const stream = client.connect(port.localAddress);
    stream.close();
    await stream.sees('closed');
    await scene.look();
    claimEqual(stream.events, ['closed(null)'], 'events');
  }),

  driverCase(3, 'StreamHandle.reset while connecting is followed by closed(null) only', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    const stream = client.connect(port.localAddress);
    stream.reset();
    await stream.sees('closed');
    await scene.look();
    claimEqual(stream.events, ['closed(null)'], 'events');
  }),

  driverCase(3, 'StreamHandle.close while being refused is followed by closed(null) only', async (scene) => {
    const stream = scene.station().connect(scene.world.unusedAddress());
    stream.close();
    await stream.sees('closed');
    await scene.look();
    claimEqual(stream.events, ['closed(null)'], 'events');
  }),

  driverCase(3, 'StreamHandle.readStart before connected is remembered', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = (stream) => stream.write(Buffer.from('welcome'));
    const stream = client.connect(port.localAddress);
    stream.readStart();
    await stream.receives(7);
    claimEqual(stream.events, ['connected', 'data'], 'events');
  }),

  driverCase(3, 'StreamHandle.setNoDelay and setKeepAlive may be called at any time', async (scene) => {
    const server = scene.station();
    const client = scene.station();
    const port = scene.listen(server);
    const stream = client.connect(port.localAddress);
    const set = (): void => {
      for (const enabled of [true, false]) {
        scene.witness.command(() => stream.handle.setNoDelay(enabled));
        scene.witness.command(() => stream.handle.setKeepAlive(enabled));
      }
    };
    set();
    await stream.sees('connected');
    set();
    stream.close();
    set();
    await stream.sees('closed');
    set();
    claimEqual(stream.events, ['connected', 'closed(null)'], 'events');
  }),

  driverCase(
    3,
    'ConnectStreamOptions.bindAddress is the address that it connects from',
    async (scene) => {
      const { client, port, near } = await scene.connection();
      const local = near.localAddress;
      claim(local !== null && local.family !== 'UNIX', 'a world with Internet addresses has them on its streams');
      // A port that was free a moment ago.
      const spare = client.listen({ ...local, port: 0 });
      const bindAddress = spare.localAddress;
      claim(bindAddress.family !== 'UNIX', 'the family of a listening handle is the one asked for');
      spare.close();
      await spare.isClosed();
      const bound = client.connect(port.localAddress, { bindAddress });
      const anyPort = client.connect(port.localAddress, { bindAddress: { ...bindAddress, port: 0 } });
      await bound.sees('connected');
      await anyPort.sees('connected');
      await port.accepts(3);
      claimEqual(bound.localAddress, bindAddress, 'the local address');
      claimEqual(port.accepted[1]!.peerAddress, bindAddress, 'the address that the peer sees');
      claimEqual((anyPort.localAddress as typeof bindAddress).host, bindAddress.host, 'the local host');
    },
    hasInet,
  ),

  driverCase(
    3,
    'ConnectStreamOptions.bindAddress of another machine is followed by closed(EADDRNOTAVAIL)',
    async (scene) => {
      const station = scene.station();
      const { localAddress } = scene.listen(station);
      claim(localAddress.family !== 'UNIX', 'a world with Internet addresses listens on them');
      const bindAddress = { ...localAddress, host: scene.world.inet!.foreignHost, port: 0 };
      const stream = station.connect(localAddress, { bindAddress });
      await stream.sees('closed');
      claimEqual(stream.events, ['closed(EADDRNOTAVAIL)'], 'events');
    },
    hasInet,
  ),
];
