/** Sockets from systemd, by Debian's `systemd-socket-activate`: it binds them, and becomes the program when somebody connects. */
import path from 'node:path';

import type { Reactor } from '@skein/reactor';

import { freePort, Peer } from './peers';

const ROOT = path.join(__dirname, '../../../..');

/** What it has bound: descriptors 3, 4 and 5 of the program, named `web`, `web6` and `local`. */
export interface Bound {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Of ::1. */
  readonly port6: number;
  readonly path: string;
}

/** The command that runs a module with `skein run`, from source, at descriptions. */
export function skeinRun(module: string, ...listen: readonly string[]): readonly string[] {
  const bin = 'packages/endpoints/src/command/bin.ts';
  const node = [process.execPath, '-C', '@skein/source', '-r', 'ts-node/register', bin];
  return [...node, 'run', module, ...listen.flatMap((description) => ['--listen', description])];
}

/** Binds the sockets, with the program to come, and ends it after `body`. */
export async function activated<T>(
  reactor: Reactor,
  folder: string,
  program: readonly string[],
  body: (bound: Bound) => Promise<T>,
): Promise<T> {
  const local = path.join(folder, 'activated');
  for (let attempt = 1; ; attempt += 1) {
    const bound: Bound = { port: await freePort(reactor), port6: await freePort(reactor, '::1'), path: local };
    const sockets = [`127.0.0.1:${bound.port}`, `[::1]:${bound.port6}`, local].flatMap((each) => ['-l', each]);
    const peer = new Peer('systemd-socket-activate', [...sockets, '--fdname=web:web6:local', ...program], ROOT);
    try {
      await peer.says(/Listening on .*activated as 5/);
      return await body(bound);
    } catch (error) {
      // Somebody else has taken a port that was free a moment ago.
      if (attempt === 5 || !peer.output.includes('in use')) throw new Error(peer.output, { cause: error });
    } finally {
      await peer.end();
    }
  }
}
