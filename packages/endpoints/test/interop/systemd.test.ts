/**
 * Sockets from systemd, by Debian's `systemd-socket-activate`: it binds them, and becomes the program when somebody connects.
 *
 * The program is an example, the guide's chat, by `skein run`, so that the whole way is gone: environment, descriptors,
 * descriptions, services, and people who talk to each other.
 */
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';

import { describeWith, freePort, live, Peer } from './peers';

const PATIENCE_MS = 60_000;
const ROOT = path.join(__dirname, '../../../..');
const BIN = 'packages/endpoints/src/command/bin.ts';
const EXAMPLE = 'packages/examples/src/chat.ts';
const NODE = [process.execPath, '-C', '@skein/source', '-r', 'ts-node/register/transpile-only', BIN];

/** Somebody who chats. */
class Person {
  readonly #socket: net.Socket;
  #heard = '';

  constructor(socket: net.Socket) {
    this.#socket = socket.setEncoding('utf8').on('data', (text: string) => (this.#heard += text));
  }

  say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  /** All that was said to them, once it ends with this line. Throws when the connection is over before that. */
  async hears(line: string): Promise<string> {
    while (!this.#heard.endsWith(`${line}\r\n`)) {
      if (this.#socket.destroyed || this.#socket.readableEnded) throw new Error(`left alone after: ${this.#heard}`);
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    }
    return this.#heard;
  }

  leave(): void {
    this.#socket.destroy();
  }
}

describeWith('systemd', ['systemd-socket-activate', '--version'])('systemd-socket-activate', () => {
  it(
    'serverFromString of systemd has an example take what it is handed, by index and by name',
    async () => {
      const heard = await live(async (reactor, folder) => {
        const socket = path.join(folder, 'socket');
        for (let attempt = 1; ; attempt += 1) {
          const port = await freePort(reactor);
          const sockets = ['-l', `127.0.0.1:${port}`, '-l', socket, '--fdname=web:local'];
          const listen = ['--listen', 'systemd:domain=INET:index=0', '--listen', 'systemd:UNIX:name=local'];
          const server = new Peer('systemd-socket-activate', [...sockets, ...NODE, 'run', EXAMPLE, ...listen], ROOT);
          const people: Person[] = [];
          try {
            await server.says(/Listening on .*socket as 4/);
            const [anna, bert] = [new Person(net.connect(port, '127.0.0.1')), new Person(net.connect(socket))];
            people.push(anna, bert);
            anna.say('Anna');
            await anna.hears('Welcome, Anna!');
            bert.say('Bert');
            await bert.hears('Welcome, Bert!');
            anna.say('hello');
            return await bert.hears('<Anna> hello');
          } catch (error) {
            if (attempt === 5 || !server.output.includes('in use')) throw error;
          } finally {
            for (const person of people) person.leave();
            await server.end();
          }
        }
      });
      expect(heard).toBe("What's your name?\r\nWelcome, Bert!\r\n<Anna> hello\r\n");
    },
    PATIENCE_MS,
  );
});
