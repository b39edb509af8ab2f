/**
 * Sockets from systemd, by Debian's `systemd-socket-activate`: it binds them, and becomes the program when somebody connects.
 *
 * The program is `skein run`, so that the whole way is gone: environment, descriptors, descriptions, services.
 */
import path from 'node:path';

import { clientFromString, quoteStringArgument as quoted } from '../../src';

import { ask, describeWith, freePort, live, Peer } from './peers';

const PATIENCE_MS = 60_000;
const ROOT = path.join(__dirname, '../../../..');
const BIN = 'packages/endpoints/src/command/bin.ts';
const MODULE = 'packages/endpoints/test/interop/children/echo.ts';
const NODE = [process.execPath, '-C', '@skein/source', '-r', 'ts-node/register/transpile-only', BIN];

describeWith('systemd', ['systemd-socket-activate', '--version'])('systemd-socket-activate', () => {
  it(
    'serverFromString of systemd takes what it is handed, by index and by name',
    async () => {
      const answers = await live(async (reactor, folder) => {
        const socket = path.join(folder, 'socket');
        for (let attempt = 1; ; attempt += 1) {
          const port = await freePort(reactor);
          const sockets = ['-l', `127.0.0.1:${port}`, '-l', socket, '--fdname=web:local'];
          const listen = ['--listen', 'systemd:INET:index=0', '--listen', 'systemd:UNIX:name=local'];
          const server = new Peer('systemd-socket-activate', [...sockets, ...NODE, 'run', MODULE, ...listen], ROOT);
          try {
            await server.says(/Listening on .*socket as 4/);
            const byIndex = await ask(clientFromString<string>(reactor, `tcp:127.0.0.1:${port}`));
            const byName = await ask(clientFromString<string>(reactor, `unix:${quoted(socket)}`));
            return [byIndex.text, byName.text];
          } catch (error) {
            if (attempt === 5 || !server.output.includes('in use')) throw error;
          } finally {
            await server.end();
          }
        }
      });
      expect(answers).toEqual(['hello', 'hello']);
    },
    PATIENCE_MS,
  );
});
