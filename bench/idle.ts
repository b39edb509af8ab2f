/**
 * Idle connections: what each costs a server that has 5000 of them, in resident memory (Linux only).
 */
import { readFileSync } from 'node:fs';

import { table } from './frame';
import { type Contestant, firstLine, loadOf, serverOf, start, twistedServer } from './socketBench';

const CONNECTIONS = 5000;
const ROUNDS = 3;
/** Milliseconds until memory has settled. */
const SETTLING = 1500;
const PAGE = 4096;

function residentBytes(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${String(pid)}/statm`, 'latin1').split(' ')[1]) * PAGE;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Bytes for each connection. */
async function measure(contestant: Contestant): Promise<number> {
  const serving = start(serverOf(contestant));
  const port = await firstLine(serving);
  const hold = async (use: () => Promise<void>): Promise<void> => {
    const loading = start(loadOf('idle', [port, String(CONNECTIONS)]));
    await firstLine(loading);
    await pause(SETTLING);
    await use();
    loading.kill('SIGKILL');
    await pause(SETTLING);
  };
  try {
    await pause(SETTLING);
    const before = residentBytes(serving.pid);
    let bytes = NaN;
    await hold(async () => {
      bytes = (residentBytes(serving.pid) - before) / CONNECTIONS;
      await Promise.resolve();
    });
    return bytes;
  } finally {
    serving.kill('SIGKILL');
  }
}

export async function run(): Promise<void> {
  const contestants: Contestant[] = [
    { name: 'Skein', server: 'skeinEcho' },
    { name: 'node:net by hand', server: 'netEcho' },
    ...twistedServer('echoServer'),
  ];
  const results = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, contestant] of contestants.entries()) results[i]?.push(await measure(contestant));
  }
  const medians = results.map((values) => values.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN);
  console.log(`\nResident memory for each of ${String(CONNECTIONS)} idle connections (median of ${String(ROUNDS)} rounds)`);
  console.log(
    table([
      ['', 'bytes', 'Skein / this'],
      ...contestants.map(({ name }, i) => [
        name,
        Math.round(medians[i] ?? NaN).toLocaleString('en-US'),
        ((medians[0] ?? NaN) / (medians[i] ?? NaN)).toFixed(2),
      ]),
    ]),
  );
}
