import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { main } from '../src/logfile';

import { type Served, served } from './served';

let folder: string;
let file: string;
let opened: jest.SpyInstance<number>;
let closed: jest.SpyInstance<void>;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'skein-logfile-'));
  file = join(folder, 'lines.log');
  opened = jest.spyOn(fs, 'openSync');
  closed = jest.spyOn(fs, 'closeSync');
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

const logging = (body: (server: Served) => Promise<void>) => served((reactor, port) => main(reactor, port, file), body);

/** The descriptors the factory opened its file as, in order. */
const openedAs = () => opened.mock.results.map(({ value }: { value?: number }) => value);

it('LogfileFactory opens its file before anybody connects, and closes it when the port stops', () =>
  logging(async ({ listening }) => {
    expect(opened.mock.calls).toEqual([[file, 'a']]);
    expect(closed).not.toHaveBeenCalled();
    await listening.stopListening();
    expect(closed.mock.calls.flat()).toEqual(openedAs());
  }));

it('LogfileFactory closes its file when the reactor stops', async () => {
  await logging(async () => {
    expect(closed).not.toHaveBeenCalled();
  });
  expect(opened).toHaveBeenCalledTimes(1);
  expect(closed.mock.calls.flat()).toEqual(openedAs());
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
  await logging(async ({ listening, connect, hasRead }) => {
    const before = await connect();
    await before.send('before\r\n');
    await hasRead('before\r\n'.length);
    await before.close();
    await listening.stopListening();
    listening.startListening();
    expect(opened).toHaveBeenCalledTimes(2);
  });
  expect(closed.mock.calls.flat()).toEqual(openedAs());
  // A reactor that has been stopped stays so; the file is there for the next one.
  await logging(async ({ connect, hasRead }) => {
    const after = await connect();
    await after.send('after\r\n');
    await hasRead('after\r\n'.length);
  });
  expect(fs.readFileSync(file, 'utf8')).toBe('before\nafter\n');
});
