/**
 * The calls by which code leaves a simulation: real time, real chance, real input and output. Each with what to use instead.
 *
 * Names are those that people write. Left out: what completes before it returns and is the same every time (`fs.readFileSync`,
 * `crypto.createHash`), and what Node does beneath its own modules (`AbortSignal.timeout`, the timers of its HTTP agent).
 */
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import workerThreads from 'node:worker_threads';
import zlib from 'node:zlib';

/** A function, by where it is found. */
export interface RealCall {
  readonly owner: object;
  readonly key: string;
  /** As people write it: `Date.now()`. */
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
}

const TIME = 'take the time from reactor.seconds()';
const CIVIL = 'take the time from reactor.seconds(), or a date from a function that is passed in';
const TIMERS = 'use reactor.callLater(seconds, f)';
const CHANCE = 'use reactor.random()';
const SECRETS = 'pass a source of random bytes in; for chance use reactor.random()';
const NETWORK = 'use reactor.connectTCP, reactor.listenTCP or an endpoint';
const NAMES = "use reactor.resolve or the reactor's nameResolver";
const DECLARED = 'declare it by sim.external(() => …), so that time waits for it';

const FS =
  'access appendFile chmod copyFile cp lstat mkdir mkdtemp open opendir read readFile readdir rename rm rmdir stat truncate unlink utimes watch watchFile write writeFile';
const FS_PROMISES =
  'access appendFile chmod copyFile cp lstat mkdir mkdtemp open opendir readFile readdir rename rm rmdir stat truncate unlink utimes writeFile';
const DNS = 'lookup lookupService resolve resolve4 resolve6 resolveAny resolveMx resolveSrv resolveTxt reverse';
const ZLIB = 'brotliCompress brotliDecompress deflate deflateRaw gunzip gzip inflate inflateRaw unzip';

function all(owner: object, prefix: string, keys: string, instead: string): RealCall[] {
  return keys.split(' ').map((key) => ({ owner, key, name: `${prefix}${key}()`, instead }));
}

/** Every call that is watched. Made anew: what globals are is looked up now. */
export function realCalls(): readonly RealCall[] {
  const { hrtime } = process;
  return [
    { owner: globalThis, key: 'Date', name: 'new Date()', instead: CIVIL },
    { owner: Date, key: 'now', name: 'Date.now()', instead: TIME },
    ...all(performance, 'performance.', 'now', TIME),
    ...all(process, 'process.', 'hrtime', TIME),
    ...all(hrtime, 'process.hrtime.', 'bigint', TIME),
    ...all(globalThis, '', 'setTimeout setInterval setImmediate', TIMERS),
    ...all(timers, 'timers.', 'setTimeout setInterval setImmediate', TIMERS),
    ...all(timersPromises, 'timers/promises.', 'setTimeout setInterval setImmediate', TIMERS),
    ...all(Math, 'Math.', 'random', CHANCE),
    ...all(crypto, 'crypto.', 'randomBytes randomFill randomFillSync randomInt randomUUID', SECRETS),
    ...all(globalThis.crypto, 'crypto.', 'getRandomValues randomUUID', SECRETS),
    ...all(crypto, 'crypto.', 'generateKey generateKeyPair hkdf pbkdf2 scrypt', DECLARED),
    ...all(net.Socket.prototype, 'net.Socket.', 'connect', NETWORK),
    ...all(net.Server.prototype, 'net.Server.', 'listen', NETWORK),
    ...all(globalThis, '', 'fetch', NETWORK),
    ...all(dgram, 'dgram.', 'createSocket', 'datagrams are not simulated'),
    ...all(dns, 'dns.', DNS, NAMES),
    ...all(dns.promises, 'dns.promises.', DNS, NAMES),
    ...all(fs, 'fs.', FS, DECLARED),
    ...all(fs.promises, 'fs.promises.', FS_PROMISES, DECLARED),
    ...all(childProcess, 'child_process.', 'exec execFile fork spawn', DECLARED),
    ...all(workerThreads, 'worker_threads.', 'Worker', DECLARED),
    ...all(zlib, 'zlib.', ZLIB, DECLARED),
  ];
}
