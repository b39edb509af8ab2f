/**
 * `npm run soak`: what a server is like under a long transfer and under very many connections. Linux.
 *
 * 1. `--gib 2` through a proxy whose reader is slow: the proxy's memory has to stay flat.
 * 2. `--connections 20000` (or as many as descriptors allow: `ulimit -n`; where that cannot be raised, `userModeSoak.sh` has
 *    a machine that allows more) to one process, which all their peers then abort at once: each connection is lost once, and
 *    memory and descriptors come back. Two rounds; what is left after the second, compared with the first, is what was leaked.
 *
 * The server is a process of its own (`soakServer.ts`), and so are the peers (`soakPeers.ts`). Exit code 1 when a bound is broken.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Answer, Question } from './soakServer';

const { values } = parseArgs({
  options: { gib: { type: 'string', default: '2' }, connections: { type: 'string', default: '20000' } },
});
const MEBIBYTE = 1024 * 1024;
/** What is written at once. */
const PIECE = 64 * 1024;
/** Bytes to transfer: whole pieces. */
const TOTAL = Math.round((Number(values.gib) * 1024 * MEBIBYTE) / PIECE) * PIECE;
/** What is sent is this again and again: of no length that pieces are made of, so that lost, doubled and swapped ones show. */
const PATTERN = randomBytes(65_521);
const REPEATED = Buffer.concat([PATTERN, PATTERN, PATTERN]);
/** What the proxy's resident memory may grow by after the first eighth of the transfer. */
const FLAT = 32 * MEBIBYTE;
/** Bytes that a transfer needs for that to be seen: memory is asked for ten times a second. */
const SHORTEST = 512 * MEBIBYTE;
/** What may be left of 20,000 connections: the allocator's habits. */
const LEFT = 64 * MEBIBYTE;
/** Descriptors that a process needs besides its connections. */
const SPARE_DESCRIPTORS = 200;
/** Connections of one peer process. */
const EACH = 5000;
/** Everything is over by then. */
const TIME_LIMIT_MS = 180_000;

const fromSource = ['-C', '@skein/source', '-r', 'ts-node/register'];
const broken: string[] = [];

function start(script: string, args: readonly string[] = []): ChildProcess {
  return fork(join(__dirname, script), args, { execArgv: ['--expose-gc', ...fromSource] });
}

async function ask(server: ChildProcess, question: Question): Promise<Answer> {
  server.send(question);
  const [answer] = (await once(server, 'message')) as [Answer];
  return answer;
}

async function told(child: ChildProcess): Promise<unknown> {
  const [message] = (await once(child, 'message')) as [unknown];
  return message;
}

function mib(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

function expectAtMost(what: string, value: number, bound: number): void {
  const isKept = value <= bound;
  console.log(`  ${isKept ? 'ok    ' : 'BROKEN'} ${what}: ${mib(value)}, at most ${mib(bound)}`);
  if (!isKept) broken.push(what);
}

function expectEqual(what: string, value: number, wanted: number): void {
  console.log(`  ${value === wanted ? 'ok    ' : 'BROKEN'} ${what}: ${value}, wanted ${wanted}`);
  if (value !== wanted) broken.push(what);
}

/** `length` bytes of what is sent, from `offset`; at most a piece's. */
function sentAt(offset: number, length: number): Buffer {
  const start = offset % PATTERN.length;
  return REPEATED.subarray(start, start + length);
}

/** Sends `TOTAL` bytes through the proxy to a reader that stops now and then. */
async function transfer(): Promise<void> {
  console.log(`${TOTAL / MEBIBYTE} MiB through a proxy with a slow reader`);
  let received = 0;
  let wrong = 0;
  const reader = net.createServer((socket) => {
    socket.on('data', (data) => {
      for (let at = 0; at < data.length; at += PIECE) {
        const part = data.subarray(at, at + PIECE);
        if (!part.equals(sentAt(received + at, part.length))) wrong += 1;
      }
      received += data.length;
      // Every 8 MiB, a rest in which the sender could fill a lot of memory.
      if (received % (8 * MEBIBYTE) >= data.length) return;
      socket.pause();
      setTimeout(() => socket.resume(), 10);
    });
  });
  reader.listen(0, '127.0.0.1');
  await once(reader, 'listening');
  const server = start('soakServer.ts');
  const { port } = await ask(server, { ask: 'proxy', target: (reader.address() as net.AddressInfo).port });
  const sender = net.connect(port, '127.0.0.1');
  const ended = once(reader, 'connection').then(([socket]) => once(socket as net.Socket, 'end'));
  let sent = 0;
  const send = (): void => {
    while (sent < TOTAL) {
      const piece = sentAt(sent, PIECE);
      sent += PIECE;
      if (!sender.write(piece)) return;
    }
    sender.end();
  };
  sender.on('drain', send).on('connect', send).resume();

  const samples: { at: number; rss: number }[] = [];
  const begun = performance.now();
  const isEnded = ended.then(() => true);
  while (!(await Promise.race([isEnded, new Promise<boolean>((resolve) => setTimeout(resolve, 100, false))]))) {
    samples.push({ at: received, rss: (await ask(server, { ask: 'health', collect: false })).rss });
  }
  const seconds = (performance.now() - begun) / 1000;
  const early = samples.filter(({ at }) => at <= TOTAL / 8).map(({ rss }) => rss);
  const late = samples.filter(({ at }) => at > TOTAL / 8).map(({ rss }) => rss);
  console.log(`  ${mib(received / seconds)} a second; the proxy's memory in the course of it:`);
  const shown = samples.filter((_, i) => i % Math.ceil(samples.length / 8) === 0);
  for (const { at, rss } of shown) console.log(`    after ${mib(at).padStart(11)}: ${mib(rss)} resident`);
  expectEqual('bytes that arrived', received, TOTAL);
  expectEqual('pieces that are not what was sent there', wrong, 0);
  if (TOTAL < SHORTEST) console.log(`  (whether memory stays flat shows from ${mib(SHORTEST)} on)`);
  else expectAtMost('growth after the first eighth', Math.max(0, Math.max(...late) - Math.max(...early)), FLAT);
  server.kill();
  sender.destroy();
  reader.close();
}

/** Connections that fit into the descriptors of one process. */
function affordable(): number {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]);
  const wanted = Number(values.connections);
  if (wanted + SPARE_DESCRIPTORS <= limit) return wanted;
  console.log(
    `(${limit} descriptors are allowed: ulimit -n ${wanted + SPARE_DESCRIPTORS}, or scripts/userModeSoak.sh, allows ${wanted} connections)`,
  );
  return limit - SPARE_DESCRIPTORS;
}

/** Opens `count` connections from as many processes as it takes, has the peers abort them all, and returns what is left. */
async function crowd(server: ChildProcess, port: number, count: number): Promise<Answer> {
  const peers = Array.from({ length: Math.ceil(count / EACH) }, (_, i) =>
    // Each process has an address of its own, and with it all of its ports.
    start('soakPeers.ts', [String(port), `127.0.0.${i + 2}`, String(Math.min(EACH, count - i * EACH))]),
  );
  await Promise.all(peers.map(told));
  const open = await ask(server, { ask: 'await', made: count });
  console.log(
    `  ${open.open} open: ${mib(open.rss)} resident, ${mib(open.heap)} heap, ${open.descriptors} descriptors`,
  );
  expectEqual('connections open', open.open, count);
  const begun = performance.now();
  for (const peer of peers) peer.send('abort');
  await ask(server, { ask: 'await', lost: count });
  console.log(`  all lost ${((performance.now() - begun) / 1000).toFixed(2)} s after the order to abort`);
  for (const peer of peers) peer.kill();
  const left = await ask(server, { ask: 'health', collect: true });
  expectEqual('connections lost', left.lost, count);
  expectEqual('lost more than once, or without having been made', left.odd, 0);
  expectEqual('lost as ConnectionLost', left.reasons['ConnectionLost'] ?? 0, count);
  console.log(`  left: ${mib(left.rss)} resident, ${mib(left.heap)} heap, ${left.descriptors} descriptors`);
  return left;
}

async function crowds(): Promise<void> {
  const count = affordable();
  console.log(`${count} connections to one process, all aborted by their peers at once, twice`);
  const server = start('soakServer.ts');
  const { port } = await ask(server, { ask: 'listen' });
  const before = await ask(server, { ask: 'health', collect: true });
  console.log(`  before: ${mib(before.rss)} resident, ${mib(before.heap)} heap, ${before.descriptors} descriptors`);
  const first = await crowd(server, port, count);
  const second = await crowd(server, port, count);
  expectEqual('descriptors after', second.descriptors, before.descriptors);
  expectAtMost('heap left by the second round', Math.max(0, second.heap - first.heap), MEBIBYTE);
  expectAtMost('resident memory left by the second round', Math.max(0, second.rss - first.rss), LEFT);
  server.kill();
}

async function main(): Promise<void> {
  setTimeout(() => {
    console.error(`not over after ${TIME_LIMIT_MS / 1000} s`);
    process.exit(1);
  }, TIME_LIMIT_MS).unref();
  if (TOTAL > 0) await transfer();
  if (Number(values.connections) > 0) await crowds();
  console.log(broken.length === 0 ? 'soak: every bound was kept' : `soak: broken: ${broken.join(', ')}`);
  process.exit(broken.length === 0 ? 0 : 1);
}

void main();
