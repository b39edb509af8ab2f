/**
 * Sockets from systemd. The program is an example, the guide's chat, by `skein run`, so that the whole way is gone: environment,
 * descriptors, descriptions, services, and people who talk to each other.
 */
import { once } from 'node:events';
import net from 'node:net';

import { activated, skeinRun } from './activation';
import { describeWith, live } from './peers';

const PATIENCE_MS = 60_000;
const EXAMPLE = 'packages/examples/src/chat.ts';

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
      const chat = skeinRun(EXAMPLE, 'systemd:domain=INET:index=0', 'systemd:UNIX:name=local');
      const heard = await live((reactor, folder) =>
        activated(reactor, folder, chat, async ({ port, path }) => {
          const [anna, bert] = [new Person(net.connect(port, '127.0.0.1')), new Person(net.connect(path))];
          try {
            anna.say('Anna');
            await anna.hears('Welcome, Anna!');
            bert.say('Bert');
            await bert.hears('Welcome, Bert!');
            anna.say('hello');
            return await bert.hears('<Anna> hello');
          } finally {
            anna.leave();
            bert.leave();
          }
        }),
      );
      expect(heard).toBe("What's your name?\r\nWelcome, Bert!\r\n<Anna> hello\r\n");
    },
    PATIENCE_MS,
  );
});
