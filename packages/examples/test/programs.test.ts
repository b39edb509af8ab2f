import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from './client';
import { freePort, program } from './program';

const folder = mkdtempSync(join(tmpdir(), 'skein-programs-'));
const logFile = join(folder, 'lines.log');
afterAll(() => rmSync(folder, { recursive: true }));

/** Each program, with its further arguments, and a word with it that shows that it runs. */
const PROGRAMS: readonly [name: string, args: string[], talk: (client: Client) => Promise<unknown>][] = [
  ['echo', [], (client) => client.send('hello').then(() => client.receives('hello'))],
  ['qotd', [], (client) => client.receivesLine('An apple a day keeps the doctor away')],
  ['echoCounter', [], (client) => client.receives('Welcome! There are currently 1 open connections.\n')],
  ['qotdEndpoint', [], (client) => client.receivesLine('An apple a day keeps the doctor away')],
  ['answer', [], (client) => client.send('How are you?\r\n').then(() => client.receivesLine('Fine'))],
  ['qotdFactory', [], (client) => client.receivesLine('configurable quote')],
  // It never answers; but a line that is too long, it does not like.
  [
    'logfile',
    [logFile],
    async (client) => {
      await client.send(`one\r\n${'?'.repeat(20_000)}`);
      await client.isClosed();
      expect(readFileSync(logFile, 'utf8')).toBe('one\n');
    },
  ],
  ['chat', [], (client) => client.receivesLine("What's your name?")],
];

describe.each(PROGRAMS)('%s.ts', (name, args, talk) => {
  it('main serves as a program, and ends with exit code 0 within a second of Ctrl-C, its client lost', async () => {
    const port = await freePort();
    const running = program(`packages/examples/src/${name}.ts`, String(port), ...args);
    const client = await Client.connectWhenListening(port, 30_000);
    await talk(client);
    const { code, output } = await running.endsAfter('SIGINT');
    expect(output).toBe(name === 'chat' ? greeting(port) : '');
    expect(code).toBe(0);
    expect(await client.isClosed()).toBe('closed');
    await client.close();
  }, 40_000);
});

const greeting = (port: number) =>
  `The chat server listens on port ${port}. Connect with: telnet 127.0.0.1 ${port} (or nc -C 127.0.0.1 ${port}).\n`;
