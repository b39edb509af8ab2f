/**
 * Benchmarks over real sockets: a server in one process, its load in another, and every server measured in turn, several
 * times, so that a noisy moment of the machine hits them alike. What counts is the ratio of the medians.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** One server under load. */
export interface Contestant {
  readonly name: string;
  /** A script of `bench/servers/`, or a command line. It prints its port as its first line. */
  readonly server: string | readonly [command: string, ...args: string[]];
}

const NODE = [process.execPath, '-C', '@skein/source', '-r', 'ts-node/register'] as const;

function start(command: readonly string[]): ChildProcess {
  const [program, ...args] = command as [string, ...string[]];
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: path.join(__dirname, '..') });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

/** One measurement: what the load script printed. */
async function measure(contestant: Contestant, load: string, args: readonly number[]): Promise<number> {
  const { server } = contestant;
  const command =
    typeof server === 'string' ? [...NODE, path.join(__dirname, 'servers', `${server}.ts`)] : server;
  const serving = start(command);
  try {
    const port = await firstLine(serving);
    const loading = start([...NODE, path.join(__dirname, 'load', `${load}.ts`), port, ...args.map(String)]);
    return Number(await firstLine(loading));
  } finally {
    serving.kill('SIGKILL');
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The medians of `rounds` measurements of each contestant, in their order. */
export async function race(
  contestants: readonly Contestant[],
  load: string,
  args: readonly number[],
  rounds: number,
): Promise<number[]> {
  const results = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      results[i]?.push(await measure(contestant, load, args));
    }
  }
  return results.map(median);
}
