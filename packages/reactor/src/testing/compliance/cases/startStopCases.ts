/**
 * Between `start` and `stop` only: outside of it nothing is delivered; what was commanded is carried out at the next start.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { StreamProbe } from '../streamProbe';

const SOON = 0.003;

export const startStopCases = [
  driverCase('start and stop', 'IDriver.start takes no turn that nobody asked for', async (scene) => {
    const station = scene.station();
    await scene.look();
    claimEqual(station.turns, 0, 'turns');
  }),

  driverCase('start and stop', 'IDriver.start carries out what was asked of the clock before', async (scene) => {
    const sooner = scene.idleStation();
    sooner.wakeSoon();
    const later = scene.idleStation();
    const deadline = later.wakeIn(SOON);
    await scene.look();
    claimEqual(sooner.turns + later.turns, 0, 'turns before start');
    sooner.start();
    later.start();
    await sooner.takes(1);
    await later.takes(1);
    claim(later.now() >= deadline, 'the alarm rang early');
  }),

  driverCase('start and stop', 'IDriver.stop forgets the alarm and the turn that was wanted soon', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    station.wakeSoon();
    station.stop();
    await scene.look();
    station.start();
    await scene.look();
    claimEqual(station.turns, 0, 'turns');
  }),

  driverCase('start and stop', 'IDriver.stop forgets what was asked of the clock before start', async (scene) => {
    const station = scene.idleStation();
    station.wakeIn(SOON);
    station.wakeSoon();
    station.stop();
    station.start();
    await scene.look();
    claimEqual(station.turns, 0, 'turns');
  }),

  driverCase('start and stop', 'IDriver.stop forgets them too when start follows at once', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    station.wakeSoon();
    station.stop();
    station.start();
    await scene.look();
    claimEqual(station.turns, 0, 'turns');
  }),

  driverCase('start and stop', 'IDriver.start after stop begins again', async (scene) => {
    const station = scene.station();
    station.stop();
    station.start();
    station.wakeSoon();
    await station.takes(1);
    const deadline = station.wakeIn(SOON);
    await station.takes(2);
    claim(station.now() >= deadline, 'the alarm rang early');
    await scene.look();
    claimEqual(station.turns, 2, 'turns');
  }),

  driverCase('start and stop', 'IDriver.stop from inside a turn is obeyed', async (scene) => {
    const station = scene.station();
    station.onTurn = () => {
      station.wakeSoon();
      station.wakeIn(0);
      station.stop();
    };
    station.wakeSoon();
    await station.takes(1);
    await scene.look();
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase(
    'start and stop',
    'IDriver.stop from inside an event holds the events that were ready with it',
    async (scene) => {
      const { server, client, port } = await scene.connection();
      client.connect(port.localAddress);
      await port.accepts(2);
      const total = (): number => port.accepted.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const stream of port.accepted) {
        stream.readStart();
        stream.reactions.data = () => server.stop();
      }
      for (const stream of client.streams) stream.write(Buffer.from('x'));
      await scene.witness.until('the first byte', () => total() > 0);
      await scene.look();
      claimEqual(total(), 1, 'bytes delivered');
      for (const stream of port.accepted) stream.reactions.data = () => undefined;
      server.start();
      await scene.witness.until('the second byte', () => total() === 2);
    },
  ),

  driverCase(
    'start and stop',
    'IDriver.stop from inside an event that waited holds the others that did',
    async (scene) => {
      const server = scene.idleStation();
      const client = scene.station();
      const port = scene.listen(server);
      for (let i = 0; i < 3; i++) client.connect(port.localAddress);
      for (const stream of client.streams) await stream.sees('connected');
      await scene.look();
      port.onConnection = () => server.stop();
      for (let i = 1; i <= 3; i++) {
        server.start();
        await port.accepts(i);
        await scene.look();
        claimEqual(port.accepted.length, i, 'connections delivered');
      }
    },
  ),

  driverCase('start and stop', 'IDriver.stop stops one driver and no other', async (scene) => {
    const { client, near, far, server } = await scene.connection();
    const other = scene.station();
    server.stop();
    other.wakeSoon();
    await other.takes(1);
    near.write(Buffer.from('x'));
    await near.hasWritten(1);
    claimEqual(far.bytes, 0, 'bytes delivered by the stopped driver');
    claimEqual(client.turns, 0, 'turns of the other driver');
  }),

  driverCase(
    'start and stop',
    'IDriver.listenStream before start keeps connections, and start delivers them',
    async (scene) => {
      const server = scene.idleStation();
      const client = scene.station();
      const port = scene.listen(server);
      const streams = [0, 1, 2].map(() => client.connect(port.localAddress));
      for (const stream of streams) await stream.sees('connected');
      streams.forEach((stream, i) => stream.write(Buffer.from([i])));
      await scene.look();
      claimEqual(port.accepted.length, 0, 'connections delivered before start');
      server.start();
      port.onConnection = (stream) => stream.readStart();
      await port.accepts(3);
      for (const stream of port.accepted) await stream.receives(1);
      claimEqual(
        port.accepted.map(({ received }) => received[0]),
        [0, 1, 2],
        'the connections, by what they sent',
      );
    },
  ),

  driverCase('start and stop', 'IDriver.start delivers what waited before what is new', async (scene) => {
    const server = scene.idleStation();
    const client = scene.station();
    const port = scene.listen(server);
    port.onConnection = (stream) => stream.readStart();
    const first = client.connect(port.localAddress);
    await first.sees('connected');
    first.write(Buffer.from([1]));
    await scene.look();
    server.start();
    client.connect(port.localAddress).reactions.connected = () => client.streams[1]!.write(Buffer.from([2]));
    await port.accepts(2);
    for (const stream of port.accepted) await stream.receives(1);
    claimEqual(
      port.accepted.map(({ received }) => received[0]),
      [1, 2],
      'the connections, by what they sent',
    );
  }),

  driverCase('start and stop', 'IDriver.connectStream before start connects when started', async (scene) => {
    const server = scene.station();
    const client = scene.idleStation();
    const port = scene.listen(server);
    const stream = client.connect(port.localAddress);
    await scene.look();
    claimEqual(stream.events, [], 'events before start');
    client.start();
    await stream.sees('connected');
    await port.accepts(1);
  }),

  driverCase('start and stop', 'IDriver.stop holds what arrives until start', async (scene) => {
    const { near, far, server } = await scene.connection();
    far.readStart();
    server.stop();
    near.write(Buffer.from('held'));
    await near.hasWritten(1);
    near.shutdown();
    await scene.look();
    claimEqual(far.events, [], 'events while stopped');
    server.start();
    await far.sees('ended');
    claimEqual(far.received.toString(), 'held', 'what was delivered after start');
  }),

  driverCase('start and stop', 'StreamHandle that lends keeps what arrives until start', async (scene) => {
    const { near, far, server, client, port } = await scene.connection();
    const other = client.connect(port.localAddress);
    await other.sees('connected');
    await port.accepts(2);
    const otherFar = port.accepted[1]!;
    const seen = new Map<StreamProbe, string>();
    for (const probe of [far, otherFar]) {
      probe.reactions.data = (chunk) => void seen.set(probe, (seen.get(probe) ?? '') + chunk.toString());
      probe.lends(true);
      probe.readStart();
    }
    // Both are up on both sides, whatever they stand on.
    near.write(Buffer.from('1'));
    other.write(Buffer.from('2'));
    await far.receives(1);
    await otherFar.receives(1);
    await near.hasWritten(1);
    await other.hasWritten(1);
    server.stop();
    near.write(Buffer.from(' one'));
    await near.hasWritten(2);
    await scene.look();
    other.write(Buffer.from(' two'));
    await other.hasWritten(2);
    await scene.look();
    server.start();
    await far.receives(5);
    await otherFar.receives(5);
    claimEqual([seen.get(far), seen.get(otherFar)], ['1 one', '2 two'], 'what was delivered');
  }),

  driverCase('start and stop', 'StreamHandle.readStop while the driver is stopped holds data back', async (scene) => {
    const { near, far, server } = await scene.connection();
    far.readStart();
    server.stop();
    near.write(Buffer.from('held'));
    await near.hasWritten(1);
    await scene.look();
    far.readStop();
    server.start();
    await scene.look();
    claimEqual(far.events, [], 'events after readStop');
    far.readStart();
    await far.receives(4);
    near.write(Buffer.from(', and more'));
    await far.receives(14);
    claimEqual(far.received.toString(), 'held, and more', 'what was delivered after readStart');
  }),

  driverCase(
    'start and stop',
    'StreamHandle.readStop from inside data that waited for start is obeyed',
    async (scene) => {
      const { near, far, server } = await scene.connection();
      far.readStart();
      server.stop();
      near.write(Buffer.from('a'));
      await near.hasWritten(1);
      await scene.look();
      near.write(Buffer.from('b'));
      await near.hasWritten(2);
      near.shutdown();
      await scene.look();
      far.reactions.data = () => far.readStop();
      server.start();
      await far.receives(1);
      await scene.look();
      const events = [...far.events];
      far.reactions.data = () => undefined;
      far.readStart();
      await far.sees('ended');
      claimEqual(events, ['data'], 'events until readStart');
      claimEqual(far.received.toString(), 'ab', 'what was delivered');
    },
  ),

  driverCase(
    'start and stop',
    'StreamHandle.close while the driver is stopped tells closed after start',
    async (scene) => {
      const { far, server } = await scene.connection();
      server.stop();
      far.close();
      await scene.look();
      claimEqual(far.events, [], 'events while stopped');
      server.start();
      await far.sees('closed');
      claimEqual(far.events, ['closed(null)'], 'events');
    },
  ),

  driverCase('start and stop', 'StreamHandle.close before start takes the connecting back', async (scene) => {
    const port = scene.listen(scene.station());
    const client = scene.idleStation();
    const stream = client.connect(port.localAddress);
    stream.close();
    await scene.look();
    claimEqual(stream.events, [], 'events before start');
    client.start();
    await stream.sees('closed');
    await scene.look();
    claimEqual(stream.events, ['closed(null)'], 'events');
    claimEqual(port.accepted.length, 0, 'connections accepted');
  }),

  driverCase(
    'start and stop',
    'StreamHandle.close while stopped takes the closed(error) back that was waiting',
    async (scene) => {
      const client = scene.station();
      const stream = client.connect(scene.world.unusedAddress());
      client.stop();
      await scene.look();
      stream.close();
      client.start();
      await stream.sees('closed');
      await scene.look();
      claimEqual(stream.events, ['closed(null)'], 'events');
    },
  ),

  driverCase(
    'start and stop',
    'StreamHandle.close while stopped takes the connected back that was waiting',
    async (scene) => {
      const server = scene.station();
      const client = scene.station();
      const port = scene.listen(server);
      const stream = client.connect(port.localAddress);
      client.stop();
      await scene.look();
      stream.close();
      client.start();
      await stream.sees('closed');
      await scene.look();
      claimEqual(stream.events, ['closed(null)'], 'events');
    },
  ),

  driverCase(
    'start and stop',
    'ListenHandle.close while stopped drops the connections that were waiting',
    async (scene) => {
      const server = scene.idleStation();
      const client = scene.station();
      const port = scene.listen(server);
      const stream = client.connect(port.localAddress);
      await stream.sees('connected');
      stream.readStart();
      await scene.look();
      port.close();
      await scene.look();
      claimEqual(port.closed, 0, 'closed while stopped');
      server.start();
      await port.isClosed();
      await scene.witness.until('the client to be told', () => stream.has('ended') || stream.has('closed'));
      claimEqual(port.accepted.length, 0, 'connections delivered');
    },
  ),
];
