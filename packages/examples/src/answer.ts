/** The guide's answering machine: a `LineReceiver` with a table of answers. Try `nc -C 127.0.0.1 8001`. */
import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

// #region protocol
class Answer extends LineReceiver {
  answers = new Map([
    ['How are you?', 'Fine'],
    [null, "I don't know what you mean"],
  ]);

  override lineReceived(line: string) {
    if (this.answers.has(line)) {
      this.sendLine(this.answers.get(line) as string);
    } else {
      this.sendLine(this.answers.get(null) as string);
    }
  }
}
// #endregion

export function main(reactor: IReactorTCP, port = 8001) {
  return reactor.listenTCP(port, Factory.forProtocol(Answer), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port] = process.argv.slice(2).map(Number);
  main(reactor, port);
  void reactor.run();
}
