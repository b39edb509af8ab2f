/** Peers from Debian: whether they are there, and how they are started and talked to. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { createNodeReactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IAddress, IReactor } from '@skein/reactor/interfaces';

import { ClientFactory, Protocol } from '../../src';

const isRequired = process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1';

/**
 * `describe` where a program is there, or has to be: in continuous integration (`.ci/run` installs them all). Elsewhere the tests are
 * passed over, visibly.
 *
 * @param probe - a command that succeeds where the program is
 */
export function describeWith(name: string, [command, ...args]: readonly [string, ...string[]]): jest.Describe {
  const isPresent = spawnSync(command, args, { timeout: 10_000, stdio: 'ignore' }).error === undefined;
  if (!isPresent && !isRequired) console.warn(`passed over, for want of Debian's ${name}`);
  return isPresent || isRequired ? describe : describe.skip;
}

/** Runs `body` while a reactor runs. */
export async function running<T>(body: (reactor: IReactor) => Promise<T>): Promise<T> {
  const reactor = createNodeReactor();
  const done = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor);
  } finally {
    reactor.stop();
    await done;
  }
}

export function portOf(port: { getHost(): IAddress }): number {
  return (port.getHost() as IPv4Address).port;
}

export function quiet<F extends { noisy: boolean }>(factory: F): F {
  factory.noisy = false;
  return factory;
}

/** A port of 127.0.0.1 that was free a moment ago, for programs that cannot be told to choose one. */
async function freePort(reactor: IReactor): Promise<number> {
  const port = reactor.listenTCP(0, quiet(ClientFactory.forProtocol(Protocol)), { interface: '127.0.0.1' });
  const number = portOf(port);
  await port.stopListening();
  return number;
}

/** Whether somebody listens on a port. */
async function answers(reactor: IReactor, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    class Knock extends Protocol {
      override connectionMade(): void {
        this.transport.abortConnection();
      }
      override connectionLost(): void {
        resolve(true);
      }
    }
    const factory = quiet(ClientFactory.forProtocol(Knock));
    factory.clientConnectionFailed = () => resolve(false);
    reactor.connectTCP('127.0.0.1', port, factory);
  });
}

/**
 * Runs `body` while a server runs, on a port that is chosen for it. When another took the port first, the server ends, and another port is
 * tried.
 *
 * @param command - how to start it on a port
 */
export async function withServer(
  reactor: IReactor,
  command: (port: number) => readonly [string, ...string[]],
  body: (port: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(reactor);
    const [program, ...args] = command(port);
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = Promise.all([text(server.stdout), text(server.stderr)]);
    let hasEnded = false;
    const ended = once(server, 'close').then(() => {
      hasEnded = true;
    });
    try {
      while (!hasEnded && !(await answers(reactor, port))) {
        await new Promise((resolve) => void reactor.callLater(0.02, resolve, null));
      }
      if (!hasEnded) {
        await body(port);
        return;
      }
      if (attempt === 5) throw new Error(`${program} does not start: ${(await output).join('')}`);
    } finally {
      server.kill();
      await ended;
    }
  }
}

/** Runs a program to its end; returns what it printed. Throws, with what it complained about, when it failed. */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [status]] = (await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])) as [
    string,
    string,
    [number],
  ];
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${out}${err}`);
  return out;
}
