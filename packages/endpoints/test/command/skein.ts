/** `skein`, in a process of its own, bounded by time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');
const PATIENCE_MS = 60_000;

export const CHILDREN = 'packages/endpoints/test/command/children';

export class Skein {
  readonly child: ChildProcess;
  output = '';
  readonly ended: Promise<number | string>;
  #woken: () => void = () => {};

  constructor(...args: string[]) {
    const bin = [
      '-C',
      '@skein/source',
      '-r',
      'ts-node/register/transpile-only',
      'packages/endpoints/src/command/bin.ts',
    ];
    this.child = spawn(process.execPath, [...bin, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const bound = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#woken();
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        clearTimeout(bound);
        resolve(code ?? String(signal));
      });
    });
  }

  /** Waits until it has written what matches, and returns the first group. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found[1] ?? found[0];
      const end = await Promise.race([this.ended, new Promise<null>((resolve) => (this.#woken = () => resolve(null)))]);
      if (end !== null && !pattern.test(this.output)) throw new Error(`ended with ${end}: ${this.output}`);
    }
  }

  /** Sends a signal; the exit code. */
  endsAfter(signal: NodeJS.Signals): Promise<number | string> {
    this.child.kill(signal);
    return this.ended;
  }
}
