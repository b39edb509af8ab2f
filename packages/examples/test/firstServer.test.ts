import { once } from 'node:events';
import net from 'node:net';

import { createNodeReactor, installReactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';

test("the README's server echoes, on whatever reactor is installed", async () => {
  const reactor = createNodeReactor();
  const ports: IListeningPort[] = [];
  const listenTCP = reactor.listenTCP.bind(reactor);
  // The one change a test makes: a port that is free.
  reactor.listenTCP = (_port, factory) => {
    const port = listenTCP(0, factory, { interface: '127.0.0.1' });
    ports.push(port);
    return port;
  };
  let finished: Promise<void> | undefined;
  const run = reactor.run.bind(reactor);
  reactor.run = () => (finished = run({ installSignalHandlers: false }));
  installReactor(reactor);

  jest.requireActual('../src/firstServer');

  const { port } = ports[0]?.getHost() as IPv4Address;
  const client = net.connect(port, '127.0.0.1');
  client.write('hello');
  const [echoed] = (await once(client, 'data')) as [Buffer];
  expect(echoed.toString()).toBe('hello');
  client.destroy();
  reactor.stop();
  await finished;
});
