/**
 * The clock: `now`, the one alarm, and turns.
 */
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';

/** 30 days: more milliseconds than fit into 31 bits. */
const FAR_AWAY = 30 * 24 * 3600;
const SOON = 0.003;
const LATER = 0.02;

export const clockCases = [
  driverCase('clock', 'IDriver.now never goes back', async (scene) => {
    const station = scene.station();
    let last = station.now();
    for (let i = 0; i < 1000; i++) {
      const now = station.now();
      claim(Number.isFinite(now) && now >= last, `now() went from ${last} to ${now}`);
      last = now;
    }
    await scene.after(SOON);
    claim(station.now() > last, 'now() stood still while time passed');
  }),

  driverCase('clock', 'IDriver.random is at least 0, less than 1, and varies', (scene) => {
    const { driver } = scene.station();
    const numbers = Array.from({ length: 100 }, () => driver.random());
    claim(
      numbers.every((number) => number >= 0 && number < 1),
      'random() left its range',
    );
    claim(new Set(numbers).size > 50, 'random() repeats itself');
  }),

  driverCase('clock', 'IDriver.wakeAt has a turn taken at its deadline and never before', async (scene) => {
    const station = scene.station();
    for (const delay of [SOON, 0.0005, 0.0101, 0]) {
      const turns = station.turns;
      const deadline = station.wakeIn(delay);
      await station.takes(turns + 1);
      claim(station.now() >= deadline, `the turn was taken ${deadline - station.now()} s early`);
    }
  }),

  driverCase('clock', 'IDriver.wakeAt with a deadline that has passed has a turn taken soon', async (scene) => {
    const station = scene.station();
    station.wakeIn(-1);
    await station.takes(1);
  }),

  driverCase('clock', 'IDriver.wakeAt rings once', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    await station.takes(1);
    await scene.look();
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeAt replaces the alarm by a later one', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    const deadline = station.wakeIn(LATER);
    await station.takes(1);
    claim(station.now() >= deadline, 'the first alarm rang');
    await scene.look();
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeAt replaces the alarm by a nearer one', async (scene) => {
    const station = scene.station();
    const later = station.wakeIn(FAR_AWAY / 1000);
    station.wakeIn(SOON);
    await station.takes(1);
    claim(station.now() < later, 'the first alarm rang');
  }),

  driverCase('clock', 'IDriver.wakeAt replaces the alarm by one that is due, and rings once', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    station.wakeIn(-1);
    await station.takes(1);
    await scene.after(LATER);
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeAt(null) takes the alarm back', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    station.wakeIn(null);
    await scene.after(LATER);
    claimEqual(station.turns, 0, 'turns');
    station.wakeIn(SOON);
    await station.takes(1);
  }),

  driverCase('clock', 'IDriver.wakeAt may put the alarm off and bring it nearer again', async (scene) => {
    const station = scene.station();
    station.wakeIn(SOON);
    station.wakeIn(FAR_AWAY);
    const deadline = station.wakeIn(LATER);
    await station.takes(1);
    claim(station.now() >= deadline, 'the first alarm rang');
    await scene.look();
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeAt beyond 2^31 milliseconds does not ring now', async (scene) => {
    const station = scene.station();
    station.wakeIn(FAR_AWAY);
    await scene.after(LATER);
    claimEqual(station.turns, 0, 'turns');
    station.wakeIn(SOON);
    await station.takes(1);
  }),

  driverCase('clock', 'IDriver.wakeAt may be set anew from inside the turn that it made', async (scene) => {
    const station = scene.station();
    const deadlines = [station.wakeIn(SOON)];
    station.onTurn = () => {
      claim(station.now() >= deadlines.at(-1)!, 'a turn was taken early');
      if (station.turns < 4) deadlines.push(station.wakeIn(SOON));
    };
    await station.takes(4);
    await scene.look();
    claimEqual(station.turns, 4, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeSoon many times has one turn taken', async (scene) => {
    const station = scene.station();
    for (let i = 0; i < 100; i++) station.wakeSoon();
    claimEqual(station.turns, 0, 'turns from inside the command');
    await station.takes(1);
    await scene.look();
    claimEqual(station.turns, 1, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeSoon from inside a turn has another one taken', async (scene) => {
    const station = scene.station();
    station.onTurn = () => {
      if (station.turns < 3) station.wakeSoon();
    };
    station.wakeSoon();
    await station.takes(3);
    await scene.look();
    claimEqual(station.turns, 3, 'turns');
  }),

  driverCase('clock', 'IDriver.wakeSoon leaves the alarm as it is', async (scene) => {
    const station = scene.station();
    const deadline = station.wakeIn(LATER);
    station.wakeSoon();
    await station.takes(1);
    claim(station.now() < deadline, 'the turn that was wanted soon came with the alarm');
    await station.takes(2);
    claim(station.now() >= deadline, 'the alarm rang early');
  }),

  driverCase('clock', 'IDriver.wakeSoon has its turn taken after the events that were ready', async (scene) => {
    const { server, client, port, near, far } = await scene.connection();
    const writers = Array.from({ length: 10 }, () => client.connect(port.localAddress));
    await port.accepts(11);
    for (const writer of writers) await writer.sees('connected');
    const readers = port.accepted.filter((stream) => stream !== far);
    // Nothing is read until all is there: what is written at once need not arrive at once. What is written last arrives last.
    for (const writer of [...writers, near]) {
      writer.write(Buffer.from('x'));
      await writer.sees('written');
    }
    far.readStart();
    await far.receives(1);
    await scene.look();
    let readyAtTurn = 0;
    const turns = server.turns;
    server.onTurn = () => {
      readyAtTurn = readers.filter(({ bytes }) => bytes > 0).length;
      server.onTurn = () => undefined;
    };
    for (const reader of readers) {
      reader.reactions.data = () => server.wakeSoon();
      reader.readStart();
    }
    await server.takes(turns + 1);
    claimEqual(readyAtTurn, 10, 'events delivered before the turn that was asked for from inside the first');
  }),

  driverCase('clock', 'IDriver.wakeSoon has its turn taken before time goes on for long', async (scene) => {
    const station = scene.station();
    const asked = station.now();
    station.wakeSoon();
    await station.takes(1);
    claim(station.now() - asked < 1, `the turn took ${station.now() - asked} s to come`);
  }),
];
