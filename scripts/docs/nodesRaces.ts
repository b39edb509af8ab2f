/** What Node's `autoSelectFamily` did in the situations of Happy Eyeballs, by version: recorded by `npm run eyeballs:record`. */
import path from 'node:path';

import type { NodesRace } from '../../packages/endpoints/test/happyEyeballs/nodesRace';

export const NODES_RACES_FILE = path.join(__dirname, '../../packages/endpoints/test/happyEyeballs/nodesRaces.json');

export type NodesRaces = Readonly<Record<string, Readonly<Record<string, NodesRace>>>>;
