/** Programs run from source, the README's way, each in a process of its own, and bounded by time. */
import { spawn } from 'node:child_process';
import net from 'node:net';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
/** Enough to compile everything on a slow and busy machine. */
const PATIENCE_MS = 30_000;

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string | null;
  /** What it wrote, to either output. */
  readonly output: string;
}

export interface Program {
  /** Resolves when it has ended; by force, if it takes too long. */
  readonly ended: Promise<Ended>;
  /** What it has written until now. */
  output(): string;
  /** Resolves when it has written `text`; rejects when it ends without. */
  says(text: string): Promise<void>;
  /** Sends it a signal; resolves when it has ended: by itself, if its code is not SIGKILL. */
  endsAfter(signal: NodeJS.Signals): Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
  /** Writes to its standard input. */
  types(text: string): void;
}

/** Starts a program; `script` is a path from the repository's root. */
export function program(script: string, ...args: string[]): Program {
  return start(process.execPath, '-C', '@skein/source', '-r', 'ts-node/register', script, ...args);
}

/** Starts any command, in the repository's root. */
export function start(command: string, ...args: string[]): Program {
  const child = spawn(command, args, { cwd: ROOT, stdio: 'pipe' });
  const bound = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  let output = '';
  let woken = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      woken();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(bound);
      resolve({ code: code ?? signal, output });
    });
  });
  return {
    ended,
    output: () => output,
    async says(text) {
      while (!output.includes(text)) {
        const end = await Promise.race([ended, new Promise<null>((resolve) => (woken = () => resolve(null)))]);
        if (end !== null && !output.includes(text)) {
          throw new Error(`wanted "${text}", ended with ${String(end.code)} after writing: ${output}`);
        }
      }
    },
    endsAfter(signal) {
      child.kill(signal);
      return ended;
    },
    signal: (signal) => void child.kill(signal),
    types: (text) => void child.stdin.write(text),
  };
}

/**
 * A port that is free now, for a program that has to be told one. It is below the range that systems choose from by
 * themselves, so that nothing takes it meanwhile but by name.
 */
export async function freePort(): Promise<number> {
  const first = 20_000 + (process.pid % 100) * 100;
  for (let port = first; port < first + 1000; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${first} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
