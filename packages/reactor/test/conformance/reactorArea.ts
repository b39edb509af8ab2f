/**
 * The area `reactor`: scripts around `reactor.run()`, each on a fresh reactor.
 *
 * Scripts that send signals are played by a process of their own, one for all of them (`reactorChild.ts`): what they
 * observe must be no other test's business. The others are played here.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { createNodeReactor } from '../../src/default';

import { type Area, because } from './area';
import { loadCases, type RecordedCase } from './load';
import { type Observation, playScript } from './reactorScript';

const RUN_FROM_SOURCE = ['-C', '@skein/source', '-r', 'ts-node/register'];
/** Milliseconds after which the child is killed. */
const LIMIT_MS = 30_000;

let fromChild: Promise<ReadonlyMap<string, Observation>> | null = null;

export const reactor: Area = {
  name: 'reactor',
  async observe(scenario) {
    if (!sendsSignals(scenario)) return playScript(scenario, createNodeReactor());
    fromChild ??= playInChild(loadCases('reactor').filter(sendsSignals));
    const observed = (await fromChild).get(scenario.name);
    if (observed === undefined) throw new Error('the child process said nothing of this case');
    return observed;
  },
  differences: because(
    'the reactor cannot be iterated from outside: Node cannot block, so a turn is never inside a call',
    'iterate-without-run',
  ),
};

function sendsSignals(scenario: RecordedCase): boolean {
  return JSON.stringify(scenario).includes('["signal"');
}

/** Runs `reactorChild.ts`; each of its lines is the name of a case and what was observed. */
async function playInChild(scenarios: readonly RecordedCase[]): Promise<ReadonlyMap<string, Observation>> {
  const names = scenarios.map(({ name }) => name);
  const output = await runChild([join(__dirname, 'reactorChild.ts'), ...names]);
  const lines = output.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [string, Observation]));
}

/** What a TypeScript program of this repository writes to its standard output, until it ends. */
function runChild(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...RUN_FROM_SOURCE, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`the child process ended with ${String(code ?? signal)}: ${output}`));
    });
  });
}
