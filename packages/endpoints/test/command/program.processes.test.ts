/** `skein run` in processes of its own: signals, with many busy connections, and another user. */
import { readFileSync } from 'node:fs';
import net from 'node:net';

import { CHILDREN, Skein } from './skein';

const FACTORY = `${CHILDREN}/factory.ts`;
const LISTEN = 'tcp:0:interface=127.0.0.1';
const PORT = /port: (\d+)/;
const BUSY = 200;

jest.setTimeout(90_000);

async function connected(port: string): Promise<net.Socket> {
  const socket = net.connect(Number(port), '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** Whose rights a process has: its user, group and other groups, each as the kernel lists it. */
function identityOf(pid: number | undefined): string[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return ['Uid', 'Gid', 'Groups'].map((key) => new RegExp(`^${key}:\\s*(.*?)\\s*$`, 'm').exec(status)?.[1] ?? '');
}

const NOBODY = ['65534\t65534\t65534\t65534', '65534\t65534\t65534\t65534', '65534'];

/** Connections that send what came back to them, again and again, until they are told to finish or are cut off. */
class Busy {
  /** How many were ended by themselves. */
  finished = 0;
  readonly closed: Promise<unknown>;
  #finishing = false;

  constructor(sockets: readonly net.Socket[]) {
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.on('data', (data) => (this.#finishing ? socket.end() : socket.write(data)));
      socket.on('end', () => (this.finished += this.#finishing ? 1 : 0));
      socket.write('x'.repeat(1000));
    }
    this.closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  /** Fulfilled when each of them has been answered: those that are not accepted yet would be cut off with the port. */
  static async at(port: string): Promise<Busy> {
    const sockets = await Promise.all(Array.from({ length: BUSY }, () => connected(port)));
    const answered = sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve)));
    const busy = new Busy(sockets);
    await Promise.all(answered);
    return busy;
  }

  finish(): void {
    this.#finishing = true;
  }
}

describe('skein run', () => {
  const isRoot = process.getuid?.() === 0;
  // Who is not root cannot become another user: then it has to say so, and nothing is served.
  const another = ['--uid', 'nobody', '--gid', '65534'];

  test(`skein run serves TypeScript on every description${isRoot ? ', as another user,' : ''} and lets busy connections finish after SIGTERM`, async () => {
    const own = isRoot ? another : [];
    const listens = ['--listen', LISTEN, '-l', 'ws:0:interface=127.0.0.1'];
    const skein = new Skein('run', FACTORY, ...listens, '--drain', '3000', ...own);
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    expect(skein.output.match(/starting on/g)).toHaveLength(2);
    expect(identityOf(skein.child.pid)).toEqual(isRoot ? NOBODY : identityOf(process.pid));
    const busy = await Busy.at(port);
    skein.child.kill('SIGTERM');
    await skein.says(/Connections have 3000 seconds to finish/);
    await skein.says(new RegExp(`${port}\\D*Closed`));
    await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    busy.finish();
    await busy.closed;
    await expect(skein.ended).resolves.toBe(0);
    expect(busy.finished).toBe(BUSY);
    expect(skein.output).toContain('Received SIGTERM, shutting down.');
  });

  test('skein run ends busy connections when their time is over, after Ctrl-C, with 0', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '--drain', '0.2');
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const busy = await Busy.at(port);
    await expect(skein.endsAfter('SIGINT')).resolves.toBe(0);
    await busy.closed;
  });

  test('skein run ends busy connections after a second SIGTERM, with 143', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '--drain', '3000');
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const busy = await Busy.at(port);
    skein.child.kill('SIGTERM');
    await skein.says(/Connections have 3000 seconds/);
    await expect(skein.endsAfter('SIGTERM')).resolves.toBe(143);
    await busy.closed;
  });

  if (!isRoot) {
    test('skein run says that only root can become another user, with 77', async () => {
      const skein = new Skein('run', FACTORY, '--listen', LISTEN, ...another);
      await expect(skein.ended).resolves.toBe(77);
      expect(skein.output).toContain('cannot become group "65534": only root can (EPERM)');
    });
  }
});
