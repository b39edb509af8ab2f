/**
 * Names: `done` is called once, never from inside; an empty list is an error.
 */
import type { DriverError, ResolvedAddress } from '../../../driver';
import { claim, claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld } from '../driverWorld';
import type { Scene } from '../scene';
import type { Station } from '../station';

const hasNames = (world: DriverWorld): boolean => world.names !== null;

interface Answer {
  readonly error: DriverError | null;
  readonly addresses: readonly ResolvedAddress[];
}

/** Asks, and gives the answers that came until now. */
function ask(station: Station, name: string): Answer[] {
  const answers: Answer[] = [];
  station.resolve(name, (error, addresses) => answers.push({ error, addresses }));
  return answers;
}

async function answered(scene: Scene, ...all: Answer[][]): Promise<void> {
  await scene.witness.until('the answers', () => all.every((answers) => answers.length > 0));
  await scene.look();
  claim(
    all.every((answers) => answers.length === 1),
    'a question was answered twice',
  );
}

export const nameCases = [
  driverCase(
    'names',
    'IDriver.resolveName gives the addresses of a name',
    async (scene) => {
      const { name, hosts } = scene.world.names!.known;
      const answers = ask(scene.station(), name);
      await answered(scene, answers);
      const { error, addresses } = answers[0]!;
      claim(error === null && addresses.length > 0, `'${name}' was not resolved: ${String(error)}`);
      for (const { family, host } of addresses) {
        claim(hosts.includes(host), `'${name}' is not '${host}'`);
        claimEqual(family, host.includes(':') ? 'IPv6' : 'IPv4', `the family of '${host}'`);
      }
    },
    hasNames,
  ),

  driverCase(
    'names',
    'IDriver.resolveName gives ENOTFOUND for a name without addresses, and for none',
    async (scene) => {
      const station = scene.station();
      const unknown = ask(station, scene.world.names!.unknown);
      const empty = ask(station, '');
      await answered(scene, unknown, empty);
      for (const [{ error, addresses }] of [unknown, empty] as [Answer][]) {
        claimEqual([error?.name, error?.code], ['DriverError', 'ENOTFOUND'], 'the error');
        claimEqual(addresses, [], 'the addresses');
      }
    },
    hasNames,
  ),

  driverCase(
    'names',
    'IDriver.resolveName calls nothing once it is taken back',
    async (scene) => {
      const station = scene.station();
      const { name } = scene.world.names!.known;
      const takeBack = station.resolve(name, () => claim(false, 'a question that was taken back was answered'));
      takeBack();
      takeBack();
      const other = ask(station, name);
      const stopped = scene.station();
      const takeBackLater = stopped.resolve(name, () => claim(false, 'a question that was taken back was answered'));
      stopped.stop();
      await answered(scene, other);
      takeBackLater();
      stopped.start();
      await scene.look();
    },
    hasNames,
  ),

  driverCase(
    'names',
    'IDriver.resolveName answers after start, if it was asked before',
    async (scene) => {
      const station = scene.idleStation();
      const answers = ask(station, scene.world.names!.known.name);
      await scene.look();
      claimEqual(answers.length, 0, 'answers before start');
      station.start();
      await answered(scene, answers);
    },
    hasNames,
  ),
];
