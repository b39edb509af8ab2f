import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { main } from '../src/logfile';

import { type Served, served } from './served';

let folder: string;
let file: string;
/** What happened to the log file, in order. */
let history: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'skein-logfile-'));
  file = join(folder, 'lines.log');
  history = [];
  const { openSync, closeSync } = fs;
  const descriptors = new Set<number>();
  jest.spyOn(fs, 'openSync').mockImplementation((path, flags, mode) => {
    const descriptor = openSync(path, flags, mode);
    if (path === file) {
      descriptors.add(descriptor);
      history.push(`opened: ${flags}`);
    }
    return descriptor;
  });
  jest.spyOn(fs, 'closeSync').mockImplementation((descriptor) => {
    closeSync(descriptor);
    if (descriptors.delete(descriptor)) history.push('closed');
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const logging = (body: (server: Served) => Promise<void>) =>
  served((reactor, port) => {
    // On the simulation, a test is run over several networks: each begins without a file.
    fs.rmSync(file, { force: true });
    history.length = 0;
    return main(reactor, port, file);
  }, body);

it('LogfileFactory opens its file before anybody connects, and closes it when the port stops', () =>
  logging(async ({ stopListening }) => {
    expect(history).toEqual(['opened: a']);
    await stopListening();
    expect(history).toEqual(['opened: a', 'closed']);
  }));

it('LogfileFactory closes its file when the reactor stops', async () => {
  await logging(async () => {
    expect(history).toEqual(['opened: a']);
  });
  expect(history).toEqual(['opened: a', 'closed']);
});

it('LoggingProtocol appends a line to the file for each that is sent, whoever sends it', () =>
  logging(async ({ connect, hasRead }) => {
    const [first, second] = [await connect(), await connect()];
    await first.send('one\r\ntwo\r\nth');
    await first.send('ree\r');
    await first.send('\n');
    await hasRead('one\r\ntwo\r\nthree\r\n'.length);
    await second.send('four\r\n');
    await hasRead('one\r\ntwo\r\nthree\r\nfour\r\n'.length);
    expect(fs.readFileSync(file, 'utf8')).toBe('one\ntwo\nthree\nfour\n');
  }));

it('LogfileFactory opens its file anew for a second start, and keeps what is in it', async () => {
  await logging(async ({ listening, stopListening, connect, hasRead }) => {
    const before = await connect();
    await before.send('before\r\n');
    await hasRead('before\r\n'.length);
    await stopListening();
    listening.startListening();
    expect(history).toEqual(['opened: a', 'closed', 'opened: a']);
    // Connections outlive their port; this one writes to the file that is open now.
    await before.send('after\r\n');
    await hasRead('before\r\nafter\r\n'.length);
    const another = await connect();
    await another.send('anew\r\n');
    await hasRead('before\r\nafter\r\nanew\r\n'.length);
    await another.close();
  });
  expect(history).toEqual(['opened: a', 'closed', 'opened: a', 'closed']);
  expect(fs.readFileSync(file, 'utf8')).toBe('before\nafter\nanew\n');
});
