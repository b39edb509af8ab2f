/** Plays the named cases of the area `reactor` in a process of its own, one after another, and prints what it observed. */
import { createNodeReactor } from '../../src/default';

import { loadCases } from './load';
import { playScript } from './reactorScript';

async function main(names: readonly string[]): Promise<void> {
  for (const scenario of loadCases('reactor')) {
    if (!names.includes(scenario.name)) continue;
    console.log(JSON.stringify([scenario.name, await playScript(scenario, createNodeReactor())]));
  }
}

void main(process.argv.slice(2));
