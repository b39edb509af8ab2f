import { createNodeReactor, type Failure } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

import { Client } from './client';
import { program } from './program';
import { portOf } from './served';

it('a program that listens and never runs the reactor ends by itself, and nothing is delivered to it', async () => {
  const { code, output } = await program('packages/examples/test/children/neverRun.ts').ended;
  expect(output).toBe('listening: true\n');
  expect(code).toBe(0);
}, 40_000);

it('Reactor delivers nothing before run(), and serves the connections made meanwhile from then on', async () => {
  const told: string[] = [];
  class Told extends Protocol {
    override connectionMade() {
      told.push('connectionMade');
      this.transport.write('welcome');
    }

    override dataReceived(data: Buffer) {
      told.push(data.toString());
      this.transport.write(data);
    }

    override connectionLost(_reason: Failure) {
      told.push('connectionLost');
    }
  }

  const reactor = createNodeReactor();
  const port = portOf(reactor.listenTCP(0, Factory.forProtocol(Told), { interface: '127.0.0.1' }));
  reactor.callLater(0, () => told.push('callLater'));
  reactor.callFromThread(() => told.push('callFromThread'));

  // Both are connected as far as they can see, and the system has taken their data.
  const [first, second] = [await Client.connect(port), await Client.connect(port)];
  await first.send('first');
  await second.send('second');
  // Another server of this process has served somebody: so the loop has gone round, and had its chance.
  const other = createNodeReactor();
  const otherPort = portOf(other.listenTCP(0, Factory.forProtocol(Told), { interface: '127.0.0.1' }));
  const otherFinished = other.run({ installSignalHandlers: false });
  const third = await Client.connect(otherPort);
  await third.receives('welcome');
  other.stop();
  await otherFinished;
  await third.close();
  expect(told).toEqual(['connectionMade', 'connectionLost']);

  const finished = reactor.run({ installSignalHandlers: false });
  await first.receives('welcomefirst');
  await second.receives('welcomesecond');
  expect(told).toEqual(expect.arrayContaining(['callLater', 'callFromThread', 'first', 'second']));
  await first.close();
  await second.close();
  reactor.stop();
  await finished;
});
