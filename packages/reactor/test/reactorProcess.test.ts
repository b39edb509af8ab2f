/** What a process sees of the reactor: signals, exit codes, and what keeps it alive. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import { hangingPort } from './conformance/transportsPlaces';

const PACKAGE = join(__dirname, '..');
/** Compiling the package takes a busy machine its time. */
const LIMIT_MS = 30_000;
jest.setTimeout(LIMIT_MS);

const PRELUDE = `
  const { reactor } = require('./src');
  const { Deferred } = require('./src/defer');
  const factory = { doStart() {}, doStop() { console.log('doStop'); }, buildProtocol: () => null };
`;

/** A program of this package, running in a process of its own. */
class Program {
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  output = '';
  readonly #child: ChildProcess;
  #whenSaid: () => void = () => undefined;

  constructor(source: string) {
    const args = ['-C', '@skein/source', '-r', 'ts-node/register', '-e', PRELUDE + source];
    this.#child = spawn(process.execPath, args, {
      cwd: PACKAGE,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.output += chunk;
      this.#whenSaid();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /** Waits until the program has said it. */
  said(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSaid = (): void => {
        if (this.output.includes(text)) resolve();
      };
      this.#whenSaid();
    });
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

describe('a program', () => {
  it('that listens and never runs the reactor ends by itself', async () => {
    const program = new Program(`console.log(reactor.listenTCP(0, factory).getHost().port > 0)`);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output).toBe('true\n');
  });

  it('is kept alive by the running reactor; sent SIGTERM it stops its ports, goes on after run(), and ends as it wants', async () => {
    const program = new Program(`
      reactor.listenTCP(0, factory);
      reactor.callWhenRunning(() => console.log('running'));
      reactor.run().then(() => { console.log('over'); process.exitCode = 3; });
    `);
    await program.said('running');
    program.send('SIGTERM');
    expect(await program.ended).toEqual({ code: 3, signal: null });
    expect(program.output).toBe('running\ndoStop\nover\n');
  });

  it('is not kept alive after stop by a connection or a lookup that is still pending', async () => {
    const hanging = await hangingPort();
    const program = new Program(`
      const client = (name) => ({
        ...factory,
        doStop() {},
        startedConnecting() { console.log(name, 'pending'); },
        clientConnectionFailed(_, reason) { console.log(name, reason.value.name); },
        clientConnectionLost() {},
      });
      reactor.installNameResolver({
        resolveHostName(receiver, name) {
          const resolution = { name, cause: null, cancel() { console.log('lookup cancelled'); } };
          receiver.resolutionBegan(resolution);
          return resolution;
        },
      });
      reactor.callWhenRunning(() => {
        // Limits that are far beyond the test's.
        reactor.connectTCP('127.0.0.1', ${String(hanging.port)}, client('connection'), { timeout: 1000 });
        reactor.connectTCP('nowhere.example', 80, client('lookup'), { timeout: 1000 });
        reactor.callLater(0.1, () => reactor.stop());
      });
      reactor.run().then(() => console.log('over'));
    `);
    const ended = await program.ended;
    await hanging.close();
    expect(ended).toEqual({ code: 0, signal: null });
    expect(program.output.split('\n')).toEqual([
      'connection pending',
      'lookup pending',
      'connection ConnectError',
      'lookup cancelled',
      'lookup ConnectError',
      'over',
      '',
    ]);
  });

  it('whose shutdown hangs ends soon after a second SIGINT', async () => {
    const program = new Program(`
      const { globalLogPublisher } = require('./src/logger');
      globalLogPublisher.addObserver(({ log_failure: failure }) => failure && console.log(failure.value.name));
      reactor.listenTCP(0, factory);
      reactor.addSystemEventTrigger('before', 'shutdown', () => { console.log('hanging'); return new Deferred(); });
      reactor.callWhenRunning(() => console.log('running'));
      void reactor.run();
    `);
    await program.said('running');
    program.send('SIGINT');
    await program.said('hanging');
    program.send('SIGINT');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output).toBe('running\nhanging\nReactorNotRunning\ndoStop\n');
  });

  it('that runs main by react ends with exit code 1 when main fails', async () => {
    const program = new Program(`
      const { react } = require('./src/task');
      const { globalLogPublisher } = require('./src/logger');
      globalLogPublisher.addObserver(({ log_failure: failure }) => failure && console.log(failure.value.message));
      void react(() => { const d = new Deferred(); reactor.callLater(0, () => d.errback(new RangeError('no luck'))); return d; });
    `);
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.output).toBe('no luck\n');
  });
});
