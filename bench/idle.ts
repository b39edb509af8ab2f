/**
 * Idle connections: what each costs a server, after its garbage is collected.
 *
 * Connections that are closed again warm a server up; as many are then opened that stay, and fill what those have left behind;
 * and what the next ones add is measured. So neither code that V8 compiles meanwhile counts nor a page that the allocator had
 * already. What they weigh on V8's heap is exact; resident memory (Linux only) also has what is beneath, and the habits of allocators.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { table } from './frame';
import { type Contestant, linesOf, loadOf, median, serverOf, start, twistedServer } from './socketBench';

/** Connections that warm a server up, and those that are measured. */
const FIRST = 3000;
const CONNECTIONS = 12_000;
const ROUNDS = 3;
/** Milliseconds until memory has settled, of which there are `SETTLINGS`. */
const SETTLING = 300;
const SETTLINGS = 4;
const PAGE = 4096;

/** What a process holds, in bytes; NaN where it cannot be told. */
interface Held {
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
}

/** What a server holds once it has been at rest, and tidied up. */
async function atRest(server: ChildProcess, nextLine: (() => Promise<string>) | null): Promise<Held> {
  let [heap, external] = [NaN, NaN];
  for (let i = 0; i < SETTLINGS; i++) {
    await new Promise((resolve) => setTimeout(resolve, SETTLING));
    if (nextLine === null) continue;
    server.kill('SIGUSR2');
    const usage = JSON.parse(await nextLine()) as NodeJS.MemoryUsage;
    heap = usage.heapUsed;
    external = usage.external;
  }
  const pages = readFileSync(`/proc/${String(server.pid)}/statm`, 'latin1').split(' ')[1];
  return { heap, external, resident: Number(pages) * PAGE };
}

/** Connects `count` peers and waits for the last. */
async function connect(port: string, count: number): Promise<ChildProcess> {
  const load = start(loadOf('idle', [port, String(count)]));
  await linesOf(load)();
  return load;
}

/** Bytes for each connection, of those beyond the first. */
async function measure(contestant: Contestant): Promise<Held> {
  const server = start(serverOf(contestant));
  const nextLine = linesOf(server);
  const tells = typeof contestant.server === 'string' ? nextLine : null;
  const loads: ChildProcess[] = [];
  try {
    const port = await nextLine();
    const warmUp = await connect(port, FIRST);
    warmUp.kill('SIGKILL');
    await once(warmUp, 'exit');
    await atRest(server, tells);
    loads.push(await connect(port, FIRST));
    const few = await atRest(server, tells);
    loads.push(await connect(port, CONNECTIONS));
    const many = await atRest(server, tells);
    const each = (what: keyof Held): number => (many[what] - few[what]) / CONNECTIONS;
    return { heap: each('heap'), external: each('external'), resident: each('resident') };
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
  const results = contestants.map((): Held[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, contestant] of contestants.entries()) results[i]?.push(await measure(contestant));
  }
  const medians = results.map((held) => ({
    heap: median(held.map(({ heap }) => heap)),
    external: median(held.map(({ external }) => external)),
    resident: median(held.map(({ resident }) => resident)),
  }));
  const cells = (what: keyof Held, i: number): string[] => {
    const [ours = NaN, this_ = NaN] = [medians[0]?.[what], medians[i]?.[what]];
    return Number.isNaN(this_) ? ['-', '-'] : [Math.round(this_).toLocaleString('en-US'), (ours / this_).toFixed(2)];
  };
  console.log(
    `\nBytes for each of ${CONNECTIONS.toLocaleString('en-US')} idle connections (median of ${String(ROUNDS)} rounds)`,
  );
  console.log(
    table([
      ['', 'V8 heap', 'Skein / this', 'external', 'resident', 'Skein / this'],
      ...contestants.map(({ name }, i) => [
        name,
        ...cells('heap', i),
        cells('external', i)[0] ?? '',
        ...cells('resident', i),
      ]),
    ]),
  );
}
