/** The guide's chat server. Run it (`npm start`), then connect from several terminals: `telnet 127.0.0.1 8123`. */
import { reactor } from '@skein/reactor';
import type { Failure } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

// #region chat
class Chat extends LineReceiver {
  users: Map<string, Chat>;
  name: string | null = null;
  state = 'GETNAME';

  constructor(users: Map<string, Chat>) {
    super();
    this.users = users;
  }

  override connectionMade() {
    this.sendLine("What's your name?");
  }

  override connectionLost(_reason: Failure) {
    if (this.name !== null) {
      this.users.delete(this.name);
    }
  }

  override lineReceived(line: string) {
    if (this.state === 'GETNAME') {
      this.handle_GETNAME(line);
    } else {
      this.handle_CHAT(line);
    }
  }

  handle_GETNAME(name: string) {
    if (this.users.has(name)) {
      this.sendLine('Name taken, please choose another.');
      return;
    }
    this.sendLine(`Welcome, ${name}!`);
    this.name = name;
    this.users.set(name, this);
    this.state = 'CHAT';
  }

  handle_CHAT(message: string) {
    message = `<${this.name}> ${message}`;
    for (const protocol of this.users.values()) {
      if (protocol !== this) {
        protocol.sendLine(message);
      }
    }
  }
}

class ChatFactory extends Factory {
  users = new Map<string, Chat>(); // maps user names to Chat instances

  override buildProtocol() {
    return new Chat(this.users);
  }
}
// #endregion

/** For `npx skein run packages/examples/src/chat.ts --listen tcp:8123 --listen ws:8124`. */
export const makeFactory = () => new ChatFactory();

export function main(reactor: IReactorTCP, port = 8123) {
  return reactor.listenTCP(port, new ChatFactory(), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port = 8123] = process.argv.slice(2).map(Number);
  main(reactor, port);
  console.log(
    `The chat server listens on port ${port}. Connect with: telnet 127.0.0.1 ${port} (or nc -C 127.0.0.1 ${port}).`,
  );
  void reactor.run();
}
