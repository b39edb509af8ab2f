/**
 * The guide's chat server, for two kinds of people: `telnet 127.0.0.1 8123`, and a browser at http://127.0.0.1:8124/. They are in
 * the same room, because it is one factory.
 */
import { join } from 'node:path';

import { reactor } from '@skein/reactor';
import type { Deferred } from '@skein/reactor/defer';
import { gatherResults } from '@skein/reactor/defer';
import type { IListeningPort, IReactor } from '@skein/reactor/interfaces';
import { quoteStringArgument, serverFromString } from '@skein/endpoints';
import '@skein/endpoints/websocket'; // the descriptions ws: and wss:

import { makeFactory } from './chat';

const PAGE = join(__dirname, '../pages/chat.html');

// #region server
export function main(reactor: IReactor, telnetPort = 8123, webPort = 8124): Deferred<IListeningPort[]> {
  const factory = makeFactory();
  const page = quoteStringArgument(PAGE);
  const descriptions = [
    `tcp:${telnetPort}:interface=127.0.0.1`,
    `ws:${webPort}:interface=127.0.0.1:frames=lines:page=${page}`,
  ];
  return gatherResults(descriptions.map((description) => serverFromString(reactor, description).listen(factory)));
}
// #endregion

if (require.main === module) {
  const [telnetPort = 8123, webPort = 8124] = process.argv.slice(2).map(Number);
  main(reactor, telnetPort, webPort).addCallbacks(
    () => {
      console.log(`Chat with: telnet 127.0.0.1 ${telnetPort}, or a browser at http://127.0.0.1:${webPort}/`);
    },
    (failure) => {
      console.error(failure.getErrorMessage());
      process.exitCode = 1;
      reactor.stop();
    },
  );
  void reactor.run();
}
