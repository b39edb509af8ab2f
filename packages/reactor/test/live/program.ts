/** Programs that a test starts, talks to and kills. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../../../..');

/** A process that was started, and what it prints. */
export class Program {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown[]>;

  constructor(command: string, args: readonly string[], stdio: StdioOptions = ['pipe', 'pipe', 'inherit']) {
    this.child = spawn(command, args, {
      cwd: ROOT,
      stdio,
      // Types are checked elsewhere, and a child is to be up soon.
      env: { ...process.env, TS_NODE_TRANSPILE_ONLY: 'true' },
    });
    this.#ended = once(this.child, 'close');
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** A script of this package's tests, run from source. */
  static script(path: string, args: readonly string[] = [], stdio?: StdioOptions): Program {
    const node = ['-C', '@skein/source', '-r', 'ts-node/register', join(__dirname, '..', path), ...args];
    return new Program(process.execPath, node, stdio);
  }

  /** The next line of its output; null at the end. */
  async line(): Promise<string | null> {
    const next: IteratorResult<string, unknown> = await this.#lines.next();
    return next.done === true ? null : next.value;
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    const [code, signal] = (await this.#ended) as [number | null, string | null];
    return code ?? signal;
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}
