/**
 * The files that descriptions on pages name, in a folder that exists for a moment and is the current one meanwhile; and sockets that
 * systemd would have handed over. So that what a page shows can be parsed as it stands there.
 */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FIXTURES = path.join(__dirname, '../../conformance/fixtures');
const PARAMETERS = path.join(__dirname, '../../packages/reactor/test/ssl/ffdhe2048.pem');

/** Per name on the pages, the fixture that it is a copy of. */
const FILES: Readonly<Record<string, string>> = {
  'server.pem': 'server.pem',
  'chat.pem': 'server.pem',
  'server.key': 'server.key',
  'key.pem': 'server.key',
  'server.crt': 'server.crt',
  'crt.pem': 'server.crt',
  'cert.pem': 'server.crt',
  'chain.crt': 'client.crt',
  'client.pem': 'client.pem',
  'client.key': 'client.key',
  'client.crt': 'client.crt',
  'authorities/ours.pem': 'server.crt',
};

/** Calls `body` where there are such files, and two inherited sockets, named `web` and `admin`. */
export function withFilesOfDescriptions<T>(body: () => T): T {
  const before = process.cwd();
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'skein-pages-')));
  // Looked at once a process, when the first `systemd:` is parsed, and taken out of the environment then.
  Object.assign(process.env, { LISTEN_PID: String(process.pid), LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin' });
  try {
    mkdirSync(path.join(folder, 'authorities'));
    for (const [name, fixture] of Object.entries(FILES)) {
      copyFileSync(path.join(FIXTURES, fixture), path.join(folder, name));
    }
    copyFileSync(PARAMETERS, path.join(folder, 'dh.pem'));
    writeFileSync(path.join(folder, 'chat.html'), '<!doctype html>');
    process.chdir(folder);
    return body();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
    for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) Reflect.deleteProperty(process.env, name);
  }
}
