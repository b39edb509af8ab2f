/** The guide's log file: opened when the factory starts, closed when it stops. Try `nc -C 127.0.0.1 8002`, then Ctrl-C the server. */
import { closeSync, openSync, writeSync } from 'node:fs';

import { reactor } from '@skein/reactor';
import type { IReactorTCP } from '@skein/reactor/interfaces';
import { Factory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';

// #region factory
class LoggingProtocol extends LineReceiver {
  declare factory: LogfileFactory;

  override lineReceived(line: string) {
    writeSync(this.factory.fp, line + '\n');
  }
}

class LogfileFactory extends Factory {
  override protocol = LoggingProtocol;
  file: string;
  fp = -1;

  constructor(fileName: string) {
    super();
    this.file = fileName;
  }

  override startFactory() {
    this.fp = openSync(this.file, 'a');
  }

  override stopFactory() {
    closeSync(this.fp);
  }
}
// #endregion

export function main(reactor: IReactorTCP, port = 8002, fileName = 'lines.log') {
  return reactor.listenTCP(port, new LogfileFactory(fileName), { interface: '127.0.0.1' });
}

if (require.main === module) {
  const [port, fileName] = process.argv.slice(2);
  main(reactor, port === undefined ? port : Number(port), fileName);
  void reactor.run();
}
