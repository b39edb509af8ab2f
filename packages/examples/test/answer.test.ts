import { main } from '../src/answer';

import { served } from './served';

const UNKNOWN = "I don't know what you mean";

it('Answer knows one answer, and says so of all other questions', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('How are you?\r\n');
    await client.receivesLine('Fine');
    await client.send('how are you?\r\n');
    await client.receivesLine(UNKNOWN);
    await client.send('\r\n');
    await client.receivesLine(UNKNOWN);
  }));

it('Answer answers each of several lines in one packet, in order', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('How are you?\r\nWho are you?\r\nHow are you?\r\nHow');
    await client.receives(`Fine\r\n${UNKNOWN}\r\nFine\r\n`);
    await client.send(' are you?\r\n');
    await client.receivesLine('Fine');
  }));

it('Answer takes a line that comes a byte at a time, its CR and LF apart', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    for (const byte of 'How are you?\r\n') await client.send(byte);
    await client.receivesLine('Fine');
  }));

it('Answer does not take a bare LF for the end of a line', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('How are you?\nHow are you?\r\n');
    await client.receivesLine(UNKNOWN);
  }));

it('Answer loses a client whose line is longer than a line may be', () =>
  served(main, async ({ connect }) => {
    const client = await connect();
    await client.send('?'.repeat(16_384) + '\r\n');
    await client.receivesLine(UNKNOWN);
    await client.send('?'.repeat(16_385) + '\r\n');
    expect(await client.isClosed()).toBe('closed');
  }));
