/**
 * The table of the situations of Happy Eyeballs: what `HostnameEndpoint` does, which a test on the simulated network holds it to, and what
 * Node's `autoSelectFamily` was recorded to do.
 */
import { readFileSync } from 'node:fs';

import type { NodesRace } from '../../packages/endpoints/test/happyEyeballs/nodesRace';
import { type Situation, SITUATIONS } from '../../packages/endpoints/test/happyEyeballs/situations';

import { NODES_RACES_FILE, type NodesRaces } from './nodesRaces';

/** The table, in Markdown. Throws when a situation has not been recorded, or Node's versions differ in more than times. */
export function drawHappyEyeballs(): string[] {
  const recorded = Object.entries(JSON.parse(readFileSync(NODES_RACES_FILE, 'utf8')) as NodesRaces);
  const versions = recorded.map(([version]) => version);
  return [
    `Node's side was recorded with ${versions.join(', ')}, which did the same; the times are those of ${versions.at(-1) ?? ''}.`,
    '',
    "| Situation | Skein's attempts | and outcome | Node's attempts | and outcome |",
    '| --- | --- | --- | --- | --- |',
    ...SITUATIONS.map((situation) => row(situation, races(situation, recorded))),
  ];
}

function races({ name }: Situation, recorded: readonly (readonly [string, NodesRaces[string]])[]): NodesRace {
  const all = recorded.map(([version, situations]) => {
    const played = situations[name];
    if (played === undefined) throw new Error(`"${name}" is not recorded of Node ${version}: npm run eyeballs:record`);
    return played;
  });
  const shapes = new Set(all.map(shapeOf));
  const last = all.at(-1);
  if (last === undefined || shapes.size !== 1)
    throw new Error(`Node's versions differ about "${name}": ${[...shapes].join(' | ')}`);
  return last;
}

/** A race without its times. */
function shapeOf({ attempts, aborted, outcome }: NodesRace): string {
  return JSON.stringify([attempts.map(([, route]) => route), aborted.map(([, route]) => route), outcome?.[1]]);
}

function row(situation: Situation, node: NodesRace): string {
  const [at, what] = situation.outcome;
  const cells = [
    situation.name,
    situation.attempts.map(([begun, route]) => `${time(begun)} ${route}`),
    `${time(at)} ${typeof what === 'string' ? what : what.name}`,
    node.attempts.map(([begun, route]) => `${time(begun)} ${route}${ending(node, route)}`),
    node.outcome === null ? 'none after 10 s' : `${time(node.outcome[0])} ${node.outcome[1]}`,
  ];
  return `| ${cells.map((cell) => (typeof cell === 'string' ? cell : cell.join(', ') || 'none')).join(' | ')} |`;
}

function ending({ aborted }: NodesRace, route: string): string {
  const [at] = aborted.find(([, each]) => each === route) ?? [];
  return at === undefined ? '' : ` (ended at ${time(at)})`;
}

const time = (seconds: number): string => seconds.toFixed(2);
