/** Idle connections: what each costs a server in resident memory, after its garbage is collected (Linux only). */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { table } from './frame';
import { type Contestant, firstLine, loadOf, serverOf, start, twistedServer } from './socketBench';

/** Connections that warm a server up, and those that are measured. */
const FIRST = 2000;
const CONNECTIONS = 16_000;
const ROUNDS = 3;
/** Milliseconds until memory has settled. */
const SETTLING = 400;
const PAGE = 4096;

function residentBytes(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${String(pid)}/statm`, 'latin1').split(' ')[1]) * PAGE;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Resident memory once a server has been at rest, and tidied up. */
async function atRest(server: ChildProcess, collects: boolean): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await pause(SETTLING);
    if (collects) server.kill('SIGUSR2');
  }
  await pause(SETTLING);
  return residentBytes(server.pid);
}

/** Bytes for each connection, of those beyond the first. */
async function measure(contestant: Contestant): Promise<number> {
  const collects = typeof contestant.server === 'string';
  const server = start(serverOf(contestant));
  const loads: ChildProcess[] = [];
  try {
    const port = await firstLine(server);
    const resident: number[] = [];
    for (const count of [FIRST, CONNECTIONS]) {
      const load = start(loadOf('idle', [port, String(count)]));
      loads.push(load);
      await firstLine(load);
      resident.push(await atRest(server, collects));
    }
    const [few = NaN, many = NaN] = resident;
    return (many - few) / CONNECTIONS;
  } finally {
    for (const process of [server, ...loads]) process.kill('SIGKILL');
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
  console.log(
    `\nResident memory for each of ${String(CONNECTIONS)} idle connections (median of ${String(ROUNDS)} rounds)`,
  );
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
