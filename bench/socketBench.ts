/**
 * Benchmarks over real sockets: a server in one process, its load in another, and every server measured in turn, several
 * times, each round begun by another one. A machine's speed wanders, and so does where a process happens to put its memory: what
 * counts is the median of the ratios within a round.
 *
 * The rate is what both processes manage together, and with two processors the load is often the slower one. The server's own
 * processor time for each operation, once both are warm, tells the servers apart even then, and on a busy machine it is the only
 * figure to go by (Linux only).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { compiled } from './compiled';
import { PYTHON, table } from './frame';

/** One server under load. */
export interface Contestant {
  readonly name: string;
  /** A script of `bench/servers/`, or a command line. It prints its port as its first line. */
  readonly server: string | readonly [command: string, ...args: string[]];
}

const ROUNDS = 7;
const NODE = [process.execPath, '--expose-gc'] as const;

/** Starts a process of the benchmark. */
export function start(command: readonly string[]): ChildProcess {
  const [program, ...args] = command as [string, ...string[]];
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: path.join(__dirname, '..') });
}

/** The lines that it prints, one at each call. */
export function linesOf(child: ChildProcess): () => Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const next = await lines.next();
    if (next.done === true) throw new Error(`${child.spawnargs.join(' ')} has ended`);
    return next.value;
  };
}

/** The command line of a contestant's server. */
export function serverOf({ server }: Contestant): readonly string[] {
  return typeof server === 'string' ? [...NODE, compiled(`servers/${server}`)] : server;
}

/** The command line of a load. */
export function loadOf(load: string, args: readonly string[]): readonly string[] {
  return [...NODE, compiled(`load/${load}`), ...args];
}

interface Measurement {
  /** Operations a second. */
  readonly rate: number;
  /** Microseconds of the server's processor time for each operation; NaN where it cannot be told. */
  readonly processor: number;
}

/** Seconds of processor time that a process has used, in user and kernel mode. */
function processorTime(pid: number | undefined): number {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return NaN;
  }
}

async function measure(contestant: Contestant, load: string, args: readonly number[]): Promise<Measurement> {
  const serving = start(serverOf(contestant));
  try {
    const loading = start(loadOf(load, [await linesOf(serving)(), ...args.map(String)]));
    const nextLine = linesOf(loading);
    await nextLine();
    const before = processorTime(serving.pid);
    const [rate, operations] = (await nextLine()).split(' ').map(Number) as [number, number];
    return { rate, processor: ((processorTime(serving.pid) - before) / operations) * 1e6 };
  } finally {
    serving.kill('SIGKILL');
  }
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * Measures each contestant `ROUNDS` times in turn under the load of `bench/load/<load>.ts`, and prints a table: the medians,
 * and the median of how the first contestant's compared with each in a round.
 *
 * @param args - what the load script is given after the port
 */
export async function race(
  title: string,
  contestants: readonly Contestant[],
  load: string,
  args: readonly number[],
): Promise<void> {
  const results = contestants.map((): Measurement[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const i = (round + turn) % contestants.length;
      results[i]?.push(await measure(contestants[i] as Contestant, load, args));
    }
  }
  const medians = (key: keyof Measurement): number[] =>
    results.map((measured) => median(measured.map((each) => each[key])));
  const ratios = (key: keyof Measurement): number[] =>
    results.map((measured) => median(measured.map((each, round) => (results[0]?.[round]?.[key] ?? NaN) / each[key])));
  const [rates, processor] = [medians('rate'), medians('processor')];
  const [rateRatios, processorRatios] = [ratios('rate'), ratios('processor')];
  console.log(`\n${title} (median of ${String(ROUNDS)} rounds)`);
  console.log(
    table([
      ['', 'a second', 'Skein / this', 'processor time each', 'Skein / this'],
      ...contestants.map(({ name }, i) => [
        name,
        Math.round(rates[i] ?? NaN).toLocaleString('en-US'),
        (rateRatios[i] ?? NaN).toFixed(2),
        `${(processor[i] ?? NaN).toPrecision(3)} µs`,
        (processorRatios[i] ?? NaN).toFixed(2),
      ]),
    ]),
  );
}

/** Twisted's server of that name in `bench/twisted/` as a contestant; none, said aloud, where there is no Twisted. */
export function twistedServer(name: string): Contestant[] {
  if (spawnSync(PYTHON, ['-c', 'import twisted']).status !== 0) {
    console.log('Twisted is not compared with (apt install python3-twisted)');
    return [];
  }
  return [{ name: 'Twisted', server: [PYTHON, path.join(__dirname, 'twisted', `${name}.py`)] }];
}
