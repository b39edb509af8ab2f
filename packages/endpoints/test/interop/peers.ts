/** Peers from Debian: whether they are there, how they are started, and what is said to them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IListeningPort, IProtocol } from '@skein/reactor/interfaces';
import type { Factory } from '@skein/protocols';
import { LineReceiver, Protocol } from '@skein/protocols';

import { type IProtocolFactoryOf, type IStreamClientEndpoint, quoteStringArgument, serverFromString } from '../../src';
import { portOf } from '../running';
import { QuietFactory } from '../talking';

const isRequired = process.env['CI'] === 'true' || process.env['SKEIN_REQUIRE_PYTHON'] === '1';

/** How long a peer may take to say something; tests with peers have more. */
const PATIENCE_MS = 20_000;

/** The Python that has Twisted. */
export const PYTHON = process.env['SKEIN_PYTHON'] ?? '/usr/bin/python3';

/**
 * `describe` where a program is there, or has to be: in continuous integration (`.ci/run` installs them all). Elsewhere the tests
 * are passed over, visibly.
 *
 * @param probe - a command that succeeds where the program is
 */
export function describeWith(name: string, [command, ...args]: readonly [string, ...string[]]): jest.Describe {
  const isPresent = spawnSync(command, args, { timeout: 10_000, stdio: 'ignore' }).status === 0;
  if (!isPresent && !isRequired) console.warn(`passed over, for want of Debian's ${name}`);
  return isPresent || isRequired ? describe : describe.skip;
}

/** Runs `body` while a reactor runs, with a folder for its files. */
export async function live<T>(body: (reactor: Reactor, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skein-'));
  const reactor = createNodeReactor();
  const done = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor, folder);
  } finally {
    reactor.stop();
    await done;
    rmSync(folder, { recursive: true });
  }
}

/** Answers a line with that line, and who asked whom, as the transport tells it; then it is done. */
class Telling extends LineReceiver {
  override delimiter = '\n';

  override lineReceived(line: string): void {
    const [from, to] = [this.transport.getPeer(), this.transport.getHost()].map(String);
    this.sendLine(`${line}, ${from} to ${to}`);
    this.transport.loseConnection();
  }
}

/** Factories of `Telling`, for whoever listens: for a program of its own, too. */
export const telling: Factory = QuietFactory.forProtocol(Telling);

/** Listens at a description with `Telling`. */
export async function tell(reactor: Reactor, description: string): Promise<IListeningPort> {
  return serverFromString<string>(reactor, description).listen(telling);
}

/** What a server has answered to "hello", until its end; and who asked. */
export interface Answer {
  readonly text: string;
  readonly asker: string;
}

/** Asks once. `wrap` may put something between the endpoint and the one who asks. */
export async function ask(
  endpoint: IStreamClientEndpoint,
  wrap: (factory: Factory) => IProtocolFactoryOf<IProtocol> = (factory) => factory,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = '';
    let asker = '';
    class Asking extends Protocol {
      override connectionMade(): void {
        asker = String(this.transport.getHost());
        this.transport.write('hello\n');
      }
      override dataReceived(data: Buffer): void {
        text += data.toString();
      }
      override connectionLost(): void {
        resolve({ text: text.trimEnd(), asker });
      }
    }
    endpoint.connect(wrap(QuietFactory.forProtocol(Asking))).addErrback((reason) => reject(reason.value));
  });
}

/** A port that was free a moment ago, for programs that cannot be told to choose one. */
export async function freePort(reactor: Reactor, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<number> {
  const port = await tell(reactor, `tcp:0:interface=${quoteStringArgument(host)}`);
  const number = portOf(port);
  await port.stopListening();
  return number;
}

/** A program that runs until it is told to end, and what it has said so far. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  hasEnded = false;
  output = '';
  #woken: () => void = () => {};

  constructor(command: string, args: readonly string[], cwd?: string) {
    this.#child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close').then(() => {
      this.hasEnded = true;
      this.#woken();
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#woken();
      });
    }
  }

  /**
   * Waits until it has said what matches. Throws, with what it said instead, when it has ended before that, or says nothing of the
   * kind for PATIENCE_MS: before the test's own time is over, which would say no more than that.
   */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    let isOver = false;
    const patience = setTimeout(() => {
      isOver = true;
      this.#woken();
    }, PATIENCE_MS);
    try {
      return await this.#said(pattern, () => isOver);
    } finally {
      clearTimeout(patience);
    }
  }

  async #said(pattern: RegExp, isOver: () => boolean): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      if (this.hasEnded) throw new Error(`it has ended, without a word of ${String(pattern)}: ${this.output}`);
      if (isOver()) throw new Error(`it has not said ${String(pattern)} in ${PATIENCE_MS} ms, but: ${this.output}`);
      await new Promise<void>((resolve) => (this.#woken = resolve));
    }
  }

  async end(): Promise<void> {
    this.#child.kill();
    await this.#ended;
  }
}

/** Runs a program to its end; returns what it printed. Throws, with what it complained about, when it failed. */
export async function run(command: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [output, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdin.write('hello\n');
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${output}${complaints}`);
  return output;
}

/** Descriptions of endpoints, or what was answered there, by a name for each. */
export type Descriptions = Readonly<Record<string, string>>;

const TWISTED = path.join(__dirname, 'peer.py');

/** The command that serves descriptions with the real Twisted. It prints the ports, in JSON. */
export function twistedServing(descriptions: Descriptions): readonly [string, ...string[]] {
  return [PYTHON, TWISTED, 'serve', JSON.stringify(descriptions)];
}

/** Connects to each with the real Twisted; returns what was answered. */
export async function connectFromTwisted(descriptions: Descriptions): Promise<Descriptions> {
  return JSON.parse(await run(PYTHON, TWISTED, 'connect', JSON.stringify(descriptions))) as Descriptions;
}
