/**
 * `npm run torture`: thousands of hostile peers against one server, which has to go on as if nothing were.
 *
 * Three processes: the server (`tortureServer.ts`), the peers (`torturePeers.ts`), and this one, which is the well-behaved
 * client and keeps the books. There are two rounds. The first one warms up; what is left after the second one, compared with
 * what was left after the first, is what the server has leaked. It ends with one table, and exit code 1 when a bound is broken.
 *
 * `--peers 5000` a round, `--wave 500` at a time, `--within 100` (milliseconds for an answer between the waves, twenty times as
 * much during one, whose peers come all at once).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Client } from '../packages/examples/test/client';

import type { Kind, Outcome, Wave } from './torturePeers';
import type { Health, Ports } from './tortureServer';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '5000' },
    wave: { type: 'string', default: '500' },
    within: { type: 'string', default: '100' },
  },
});
const PEERS = Number(values.peers);
const WAVE = Number(values.wave);
/** Milliseconds in which the well-behaved client has its answer, connecting included. */
const WITHIN = { between: Number(values.within), during: 20 * Number(values.within) };
/** What the second round may add to the server: the heap shows leaks; resident memory also has the allocator's habits. */
const HEAP_GROWTH = 1024 * 1024;
const RSS_GROWTH = 32 * 1024 * 1024;
/** The whole of it is over by then. */
const TIME_LIMIT_MS = 60_000;
const SETTLE_MS = 5000;

const fromSource = ['-C', '@skein/source', '-r', 'ts-node/register'];
const begun = performance.now();
const server = fork(join(__dirname, 'tortureServer.ts'), { execArgv: ['--expose-gc', ...fromSource] });
const attackers = fork(join(__dirname, 'torturePeers.ts'), { execArgv: fromSource });
const broken: string[] = [];

/** The next message of a child; fails when it ends instead. */
function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void => {
      reject(new Error(`a child ended with ${String(code ?? signal)}`));
    };
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

function asked<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = told<T>(child);
  child.send(question);
  return answer;
}

function check(isKept: boolean, bound: string): void {
  if (!isKept) broken.push(bound);
}

/** How many descriptors the server has open, where the system tells. */
function descriptors(): number | null {
  const folder = `/proc/${server.pid}/fd`;
  return existsSync(folder) ? readdirSync(folder).length : null;
}

/** The well-behaved client: connects, talks and leaves. Resolves with how long it had to wait, at most, in milliseconds. */
async function visit(ports: Ports): Promise<number> {
  const talks: readonly [number, (client: Client) => Promise<void>][] = [
    [ports.chat, (client) => client.receivesLine("What's your name?")],
    [ports.answer, (client) => client.send('How are you?\r\n').then(() => client.receivesLine('Fine'))],
    [ports.echo, (client) => client.send('hello').then(() => client.receives('hello'))],
  ];
  const waits = talks.map(async ([port, talk]) => {
    const from = performance.now();
    const client = await Client.connect(port);
    await talk(client);
    const wait = performance.now() - from;
    await client.close();
    return wait;
  });
  return Math.max(...(await Promise.all(waits)));
}

/** One wave, with visits while it lasts and one when it is over. */
async function wave(ports: Ports, count: number, waits: { between: number[]; during: number[] }): Promise<Outcome> {
  let isOver = false;
  const outcome = asked<Outcome>(attackers, { ports, count } satisfies Wave).finally(() => (isOver = true));
  // When a visit fails, that is what is reported.
  outcome.catch(() => undefined);
  while (!isOver) {
    const wait = await visit(ports);
    waits.during.push(wait);
    await Promise.race([outcome, later(50)]);
  }
  waits.between.push(await visit(ports));
  return outcome;
}

/** How the server is when nobody is connected to it any more, and what they left behind has been cleared away. */
async function settled(): Promise<Health> {
  const deadline = performance.now() + SETTLE_MS;
  let health = await asked<Health>(server, {});
  while (health.connectionsOpen > 0 && performance.now() < deadline) {
    await later(20);
    health = await asked<Health>(server, {});
  }
  // Buffers are freed some time after the collection that found nobody to hold them.
  for (let again = 0; again < 4; again++) {
    await later(50);
    health = await asked<Health>(server, {});
  }
  return health;
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const max = (numbers: readonly number[]) => Math.max(...numbers);
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;
const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

async function main(): Promise<void> {
  const ports = await told<Ports>(server);
  const waits = { between: [await visit(ports)], during: [] as number[] };
  const healths = [await settled()];
  const descriptorsBefore = descriptors();
  const total = new Map<Kind, Outcome[Kind]>();
  for (let round = 0; round < 2; round++) {
    for (let sent = 0; sent < PEERS; sent += WAVE) {
      const outcome = await wave(ports, Math.min(WAVE, PEERS - sent), waits);
      for (const [kind, { peers, connected, asExpected }] of Object.entries(outcome) as [Kind, Outcome[Kind]][]) {
        const sum = total.get(kind) ?? { peers: 0, connected: 0, asExpected: 0 };
        total.set(kind, {
          peers: sum.peers + peers,
          connected: sum.connected + connected,
          asExpected: sum.asExpected + asExpected,
        });
      }
    }
    healths.push(await settled());
  }
  const [before, first, second] = healths as [Health, Health, Health];
  const descriptorsAfter = descriptors();

  console.log(
    `peers: two rounds of ${PEERS}, ${WAVE} at a time`.padEnd(42) + '      peers   connected  as it has to be',
  );
  for (const [kind, { peers, connected, asExpected }] of total) {
    console.log(`  ${kind.padEnd(40)} ${pad(peers, 10)} ${pad(connected, 11)} ${pad(asExpected, 15)}`);
    check(connected === peers, `${kind}: ${peers - connected} could not connect`);
    check(asExpected === peers, `${kind}: ${peers - asExpected} were not treated as they have to be`);
  }
  console.log('the well-behaved client waits'.padEnd(42) + '     visits      median         longest');
  for (const [when, label] of [
    ['during', 'during a wave'],
    ['between', 'between waves, and afterwards'],
  ] as const) {
    const [count, mid, most] = [waits[when].length, median(waits[when]), max(waits[when])];
    console.log(
      `  ${label.padEnd(40)} ${pad(count, 10)} ${pad(`${mid.toFixed(1)} ms`, 11)} ${pad(`${most.toFixed(1)} ms`, 15)}`,
    );
    check(most <= WITHIN[when], `an answer ${label} took ${most.toFixed(1)} ms, wanted at most ${WITHIN[when]} ms`);
  }
  console.log('the server'.padEnd(42) + '     before   1st round       2nd round');
  row('memory resident', (health) => mebibytes(health.rss));
  row('heap and buffers in use', (health) => mebibytes(health.heap));
  row('highest memory resident until then', (health) => mebibytes(health.peakRSS));
  row('processor time used', (health) => `${health.busy.toFixed(1)} s`);
  row('connections made', (health) => String(health.connectionsMade));
  row('connections open', (health) => String(health.connectionsOpen));
  row('exceptions of protocols', (health) => String(health.failures));
  console.log(
    `  ${'descriptors open'.padEnd(40)} ${pad(descriptorsBefore ?? '?', 10)} ${pad('', 11)} ${pad(descriptorsAfter ?? '?', 15)}`,
  );
  const heapGrowth = second.heap - first.heap;
  const rssGrowth = second.rss - first.rss;
  check(
    heapGrowth <= HEAP_GROWTH,
    `the heap grew by ${mebibytes(heapGrowth)}, wanted at most ${mebibytes(HEAP_GROWTH)}`,
  );
  check(rssGrowth <= RSS_GROWTH, `memory grew by ${mebibytes(rssGrowth)}, wanted at most ${mebibytes(RSS_GROWTH)}`);
  check(second.connectionsOpen === 0, `${second.connectionsOpen} connections are open that nobody has`);
  check(second.failures === 0, `protocols threw ${second.failures} times`);
  check(
    // Fewer is no leak: a socket of the first visit may still have been closing.
    (descriptorsAfter ?? 0) <= (descriptorsBefore ?? 0),
    `descriptors: ${descriptorsBefore} before, ${descriptorsAfter} afterwards`,
  );

  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
  const from = performance.now();
  server.kill('SIGINT');
  const code = await ended;
  console.log(`  ends after Ctrl-C with ${code}, in ${(performance.now() - from).toFixed(0)} ms`);
  check(code === 0, `the server ended with ${code}`);

  function row(label: string, of: (health: Health) => string): void {
    console.log(`  ${label.padEnd(40)} ${pad(of(before), 10)} ${pad(of(first), 11)} ${pad(of(second), 15)}`);
  }
}

const pad = (value: string | number, width: number) => String(value).padStart(width);

const limit = setTimeout(() => {
  console.error(`not done after ${TIME_LIMIT_MS / 1000} s`);
  server.kill('SIGKILL');
  attackers.kill('SIGKILL');
  process.exit(1);
}, TIME_LIMIT_MS);

main()
  .catch((error: unknown) => broken.push(String(error)))
  .finally(() => {
    clearTimeout(limit);
    if (attackers.connected) attackers.disconnect();
    if (server.exitCode === null) server.kill('SIGKILL');
    for (const bound of broken) console.log(`BROKEN: ${bound}`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(
      broken.length === 0 ? `torture: all bounds kept, ${seconds} s` : `torture: ${broken.length} broken, ${seconds} s`,
    );
    process.exitCode = broken.length === 0 ? 0 : 1;
  });
