/**
 * The simulation: its scheduler alone, simulated TCP, a hundred thousand connections, seeds a second, a week.
 *
 * There are no peers to compare with; each line says the goal that was set for one core of a machine of the CI class.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { RequestClient, PatientClient, scenario } from '../packages/examples/src/simulation/lateReply';
import { week } from '../packages/examples/src/simulation/week';
import { ClientFactory, Factory, Protocol } from '../packages/protocols/src';
import { SimClock } from '../packages/reactor/src/drivers/sim';
import { forEachSeed, Simulation } from '../packages/reactor/src/simulation';

const MEGA = 1e6;

/** Best of several: the machine has other things to do. */
const ROUNDS = 3;

function seconds(start: number): number {
  return (performance.now() - start) / 1000;
}

function say(what: string, result: string, goal: string): void {
  console.log(`${what.padEnd(58)} ${result.padStart(16)}   goal ${goal}`);
}

async function best(run: () => Promise<number> | number): Promise<number> {
  const results: number[] = [];
  for (let i = 0; i < ROUNDS; i++) results.push(await run());
  return Math.max(...results);
}

/** Events a second, with so many pending: each that happens schedules another. */
function scheduler(pending: number): number {
  const clock = new SimClock();
  let state = 12345;
  const again = (): void => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    clock.schedule(1 + (state >>> 12), again);
  };
  for (let i = 0; i < pending; i++) again();
  const n = 1_000_000;
  const start = performance.now();
  for (let i = 0; i < n; i++) clock.step();
  return n / seconds(start);
}

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

class AwaitingEcho extends Protocol {
  override async dataReceived(data: Buffer): Promise<void> {
    await Promise.resolve();
    this.transport.write(data);
  }
}

function quiet<F extends Factory>(factory: F): F {
  factory.noisy = false;
  return factory;
}

/** Simulated events a second: a hundred connections that echo to and fro. */
async function echoes(server: new () => Protocol, client: new () => Protocol, sync: boolean): Promise<number> {
  class Starting extends client {
    override connectionMade(): void {
      this.transport.write('ping');
    }
  }
  const sim = new Simulation({ traceCapacity: 0 });
  sim.host('server', (reactor) => reactor.listenTCP(80, quiet(Factory.forProtocol(server))));
  const { reactor } = sim.host('client');
  const factory = quiet(ClientFactory.forProtocol(Starting as new () => Protocol));
  for (let i = 0; i < 100; i++) reactor.connectTCP('10.0.0.1', 80, factory);
  const start = performance.now();
  const goal = 400_000;
  const enough = (): boolean => sim.events >= goal;
  if (sync) sim.runUntilSync(enough, { limit: 1e6 });
  else await sim.runUntil(enough, { limit: 1e6 });
  return goal / seconds(start);
}

/** What the child says of a hundred thousand connections. */
interface Crowd {
  readonly seconds: number;
  readonly bytesEach: number;
  readonly rss: number;
  readonly peak: number;
}

/** Connects a hundred thousand, in a process that has nothing else, from the built packages; and says what they take. */
function manyConnections(): void {
  const root = path.join(__dirname, '..');
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root });
  const child = ['--expose-gc', path.join(__dirname, 'simCrowd.mjs')];
  const crowd = JSON.parse(execFileSync(process.execPath, child, { encoding: 'utf8' })) as Crowd;
  say('100,000 connections made (seconds of processor)', `${crowd.seconds.toFixed(1)} s`, '5 s');
  say('  heap of a connection, both ends with protocols', `${(crowd.bytesEach / 1000).toFixed(2)} kB`, '2.5 kB');
  say('  memory of the process', `${(crowd.rss / MEGA).toFixed(0)} MB`, '350 MB');
  say('  at its most', `${(crowd.peak / MEGA).toFixed(0)} MB`, '-');
}

export async function run(): Promise<void> {
  for (const [pending, goal] of [
    [100, '3 M/s'],
    [100_000, '1 M/s'],
    [1_000_000, '0.5 M/s'],
  ] as const) {
    const rate = await best(() => scheduler(pending));
    say(`scheduler, ${String(pending)} events pending`, `${(rate / MEGA).toFixed(2)} M/s`, goal);
  }
  const sync = await best(() => echoes(Echo, Echo, true));
  say('simulated TCP, events, driven synchronously', `${(sync / MEGA).toFixed(2)} M/s`, '0.5 M/s');
  const auto = await best(() => echoes(Echo, Echo, false));
  say('simulated TCP, events, driven asynchronously', `${(auto / MEGA).toFixed(2)} M/s`, '0.5 M/s');
  const awaiting = await best(() => echoes(AwaitingEcho, AwaitingEcho, false));
  say('the same with an await in every dataReceived', `${(awaiting / MEGA).toFixed(2)} M/s`, '0.2 M/s');
  const seeds = await best(async () => {
    const start = performance.now();
    return (await forEachSeed(2000, (sim) => scenario(sim, PatientClient), { checkEvery: 0 })) / seconds(start);
  });
  say('seeds of the late reply (40 requests, 4 partitions)', `${seeds.toFixed(0)} /s`, '2000 /s');
  const start = performance.now();
  const failed = await forEachSeed(20, (sim) => scenario(sim, RequestClient)).catch((error: unknown) => error);
  const seed = (failed as { seed?: bigint }).seed;
  say('finding the late reply', `${(1000 * seconds(start)).toFixed(0)} ms`, `20 seeds; it was seed ${String(seed)}`);
  const weeks = await best(() => {
    const began = performance.now();
    week(new Simulation({ seed: 1 }));
    return 1 / seconds(began);
  });
  say('a week of a reconnecting client', `${(1 / weeks).toFixed(2)} s`, '1 s');
  manyConnections();
}
