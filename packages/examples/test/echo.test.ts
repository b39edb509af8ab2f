import { main } from '../src/echo';

import { served } from './served';

it('Echo writes back whatever is written to it, whichever way it is divided', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('hello');
    await client.receives('hello');
    await client.send(Buffer.from([0, 255, 13, 10]).subarray(2));
    await client.receives('\r\n');
    const large = 'all work and no play '.repeat(10_000);
    await client.send(large);
    await client.receives(large);
  }));

it('Echo answers each connection with its own data', () =>
  served(main, async ({ connect }) => {
    const [first, second] = [await connect(), await connect()];
    await first.send('first');
    await second.send('second');
    await second.receives('second');
    await first.receives('first');
  }));

it('Echo does not respond to connecting', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('.');
    await client.receives('.');
  }));
