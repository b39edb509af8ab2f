/**
 * What the benchmarks share: measuring contestants in turn, Twisted's own numbers, a table of ratios.
 *
 * Every contestant of a case is measured in each of several rounds, so that a noisy moment of the machine hits them alike; the
 * median of the rounds counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';

/** Debian's Python, which is the one that has python3-twisted. */
export const PYTHON = '/usr/bin/python3';
const ROUNDS = 7;
/** Nanoseconds a contestant runs in a round. */
const ROUND_TIME = 60e6;

/** Does something `n` times. */
export type Contestant = (n: number) => void | Promise<void>;

/** A case: Skein and its peer in Node, if it has one; `twisted` names the measurement of the Python script. */
export interface Case {
  readonly name: string;
  readonly skein: Contestant;
  readonly node?: Contestant;
  /** What the peer is. */
  readonly peer: string;
  readonly twisted?: string;
  /** How many operations one of the contestant's counts for (default 1). */
  readonly operations?: number;
  /** Fixes how often a contestant runs in a round, for cases that need a certain size. */
  readonly n?: number;
}

/** One line on what the numbers were made with. */
export function environment(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `Node ${process.version} on ${process.platform} ${process.arch}, ${model} x ${String(availableParallelism())}`;
}

/** Nanoseconds for each of `n` times. */
async function time(contestant: Contestant, n: number): Promise<number> {
  const start = process.hrtime.bigint();
  await contestant(n);
  return Number(process.hrtime.bigint() - start) / n;
}

async function calibrate(contestant: Contestant): Promise<number> {
  let n = 1000;
  for (;;) {
    const each = await time(contestant, n);
    if (each * n > ROUND_TIME / 4) return Math.max(1, Math.round(ROUND_TIME / each));
    n *= 4;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** Twisted's numbers, in nanoseconds, by the names in `bench/twisted/<name>.py`; null, said aloud, where there is no Twisted. */
export function twisted(name: string): Readonly<Record<string, number>> | null {
  if (!existsSync(PYTHON)) {
    console.log(`Twisted is not compared with: there is no ${PYTHON}`);
    return null;
  }
  const { status, stdout, stderr } = spawnSync(PYTHON, [path.join(__dirname, 'twisted', `${name}.py`)], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.log(
      `Twisted is not compared with (apt install python3-twisted): ${stderr.trim().split('\n').at(-1) ?? ''}`,
    );
    return null;
  }
  const { version, python, ...numbers } = JSON.parse(stdout) as Record<string, number | string>;
  console.log(`Twisted ${String(version)} on Python ${String(python)}`);
  return numbers as Record<string, number>;
}

/** Measures the cases and prints them with their ratios. */
export async function compare(
  title: string,
  cases: readonly Case[],
  numbers: Readonly<Record<string, number>> | null,
): Promise<void> {
  const rows: string[][] = [['', 'Skein', 'Node', 'Twisted', 'Skein/Node', 'Skein/Twisted', 'peer in Node']];
  for (const { name, skein, node, peer, twisted: measurement, operations = 1, n } of cases) {
    const contestants = node === undefined ? [skein] : [skein, node];
    const times: number[][] = contestants.map(() => []);
    const counts: number[] = [];
    for (const contestant of contestants) counts.push(n ?? (await calibrate(contestant)));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, contestant] of contestants.entries()) {
        globalThis.gc?.();
        times[i]?.push((await time(contestant, counts[i] as number)) / operations);
      }
    }
    const ours = median(times[0] as number[]);
    const theirs = times[1] === undefined ? undefined : median(times[1]);
    const pythons = measurement === undefined ? undefined : numbers?.[measurement];
    rows.push([
      name,
      nanoseconds(ours),
      theirs === undefined ? '-' : nanoseconds(theirs),
      pythons === undefined ? '-' : nanoseconds(pythons),
      theirs === undefined ? '-' : (ours / theirs).toFixed(2),
      pythons === undefined ? '-' : (ours / pythons).toFixed(3),
      peer,
    ]);
  }
  console.log(`\n${title} (time for one, median of ${String(ROUNDS)} rounds)`);
  console.log(table(rows));
}

function nanoseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(0)} ns` : `${(value / 1000).toFixed(1)} µs`;
}

/** Rows as text; numbers stand to the right, names to the left. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === row.length - 1
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
