/**
 * `npm run eyeballs:record`: has this Node's `net.connect` with `autoSelectFamily` play the situations of Happy Eyeballs with real
 * sockets, and writes down what it did, by its version. For the table in docs/howto/happy-eyeballs.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type NodesRace, race } from '../packages/endpoints/test/happyEyeballs/nodesRace';
import { RealRoutes } from '../packages/endpoints/test/happyEyeballs/realRoutes';
import { type Situation, SITUATIONS } from '../packages/endpoints/test/happyEyeballs/situations';

import { NODES_RACES_FILE, type NodesRaces } from './docs/nodesRaces';

/** Seconds until a race that is not decided is given up. */
const PATIENCE = 10;
/** When slow routes begin to let packets through, in seconds: before the first packet is sent again. */
const SLOW = 0.6;

async function play(situation: Situation): Promise<NodesRace> {
  const routes = await RealRoutes.to(situation.routes);
  try {
    const { ended } = race(routes, situation, PATIENCE);
    const slow = Object.keys(situation.routes).filter((name) => typeof situation.routes[name] === 'number');
    const timer = setTimeout(() => slow.forEach((name) => routes.letThrough(name)), SLOW * 1000);
    const played = await ended;
    clearTimeout(timer);
    return played;
  } finally {
    await routes.close();
  }
}

async function main(): Promise<void> {
  const races: Record<string, NodesRace> = {};
  for (const situation of SITUATIONS) {
    races[situation.name] = await play(situation);
    console.log(situation.name, JSON.stringify(races[situation.name]));
  }
  const recorded = existsSync(NODES_RACES_FILE)
    ? (JSON.parse(readFileSync(NODES_RACES_FILE, 'utf8')) as NodesRaces)
    : {};
  const others = Object.entries(recorded).filter(
    ([version]) => version.split('.')[0] !== process.version.split('.')[0],
  );
  const all = Object.fromEntries([...others, [process.version, races] as const].sort());
  writeFileSync(NODES_RACES_FILE, `${JSON.stringify(all, null, 1)}\n`);
  console.log(path.relative(process.cwd(), NODES_RACES_FILE));
}

void main();
