import { main } from '../src/echoCounter';

import type { Client } from './client';
import { type Served, served } from './served';

async function receivesGreeting(server: Served, count: number): Promise<Client> {
  const client = await server.connect();
  await client.receives(`Welcome! There are currently ${count} open connections.\n`);
  return client;
}

it('Echo greets with the number of connections, which goes up as they are made', () =>
  served(main, async (server) => {
    for (let count = 1; count <= 5; count++) await receivesGreeting(server, count);
  }));

it('Echo counts down when a connection is lost, closed or reset', () =>
  served(main, async (server) => {
    const [first, second] = [await receivesGreeting(server, 1), await receivesGreeting(server, 2)];
    let lost = server.oneLost();
    await first.close();
    await lost;
    await receivesGreeting(server, 2);
    lost = server.oneLost();
    await second.reset();
    await lost;
    await receivesGreeting(server, 2);
  }));

it('Echo writes back what comes after its greeting', () =>
  served(main, async (server) => {
    const client = await receivesGreeting(server, 1);
    await client.send('hello');
    await client.receives('hello');
  }));
