/**
 * What `drivers/node/libuvStream.ts` takes for granted and Node does not document. When one of these fails, Node has
 * changed, and that file needs another way; nothing else does.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { getSystemErrorName } from 'node:util';

import {
  bindTo,
  close,
  connectPath,
  connectTCP,
  END_OF_STREAM,
  finish,
  type LibuvStream,
  localName,
  newStream,
  openDescriptor,
  peerName,
  reset,
  send,
  SENT,
  type StreamOwner,
  takeOver,
} from '../../../src/drivers/node/libuvStream';

const SIZE = 16;
const LOOPBACK = { family: 'IPv4', host: '127.0.0.1', port: 0 } as const;

/** Notes what it is told, a word each; reads into `buffer`, and then into `next` where there is one. */
class Notes implements StreamOwner {
  readonly said: string[] = [];
  buffer: Buffer = Buffer.alloc(SIZE);
  next: Buffer | undefined;
  #waiting: () => void = () => undefined;

  connectDone(status: number): void {
    this.#say(`connected ${status}`);
  }
  bytesRead(count: number): Buffer | undefined {
    this.#say(this.buffer.toString('latin1', 0, count));
    const { next } = this;
    if (next !== undefined) this.buffer = next;
    return next;
  }
  readOver(status: number): void {
    this.#say(getSystemErrorName(status));
  }
  sendDone(status: number): void {
    this.#say(`sent ${status}`);
  }
  finishDone(): void {
    this.#say('finished');
  }
  closeDone(): void {
    this.#say('closed');
  }

  #say(word: string): void {
    this.said.push(word);
    this.#waiting();
  }

  async until(word: string): Promise<void> {
    while (!this.said.includes(word)) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }
}

let server: net.Server;
let peers: net.Socket[];
beforeEach(async () => {
  peers = [];
  server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const peer of peers) peer.destroy();
  server.close();
  await once(server, 'close');
});

const address = (): typeof LOOPBACK & { port: number } => ({
  ...LOOPBACK,
  port: (server.address() as net.AddressInfo).port as 0,
});

/** A stream that is connected to a socket of Node's, which is paused. */
async function connected(): Promise<{ stream: LibuvStream; notes: Notes; peer: net.Socket }> {
  const notes = new Notes();
  const stream = newStream('TCP');
  takeOver(stream, notes, notes.buffer);
  const connection = once(server, 'connection');
  expect(connectTCP(stream, address())).toBe(0);
  await notes.until('connected 0');
  const [peer] = (await connection) as [net.Socket];
  peers.push(peer);
  notes.said.length = 0;
  return { stream, notes, peer };
}

async function closed({ stream, notes }: { stream: LibuvStream; notes: Notes }): Promise<void> {
  close(stream);
  await notes.until('closed');
}

test('connectTCP and connectPath tell an error as its number, once', async () => {
  const tcp = new Notes();
  const stream = newStream('TCP');
  takeOver(stream, tcp, tcp.buffer);
  const { port } = address();
  server.close();
  await once(server, 'close');
  expect(connectTCP(stream, { ...LOOPBACK, port })).toBe(0);
  const unix = new Notes();
  const pipe = newStream('UNIX');
  takeOver(pipe, unix, unix.buffer);
  expect(connectPath(pipe, '/nowhere/at/all')).toBe(0);
  for (const notes of [tcp, unix])
    while (notes.said.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await closed({ stream: pipe, notes: unix });
  await closed({ stream, notes: tcp });
  server.listen(0, '127.0.0.1');
  const names = [...tcp.said, ...unix.said].map((word) =>
    word.replace(/-\d+/, (number) => getSystemErrorName(+number)),
  );
  expect(names).toEqual(['connected ECONNREFUSED', 'closed', 'connected ENOENT', 'closed']);
});

test('takeOver has bytes read into the buffer, and into the one that bytesRead returns afterwards', async () => {
  const { stream, notes, peer } = await connected();
  notes.next = Buffer.alloc(4);
  const first = notes.buffer;
  expect(stream.readStart()).toBe(0);
  peer.write('0123456789abcdefghij');
  await notes.until('ghij');
  expect(notes.said).toEqual(['0123456789abcdef', 'ghij']);
  expect(first.toString()).toBe('0123456789abcdef');
  peer.end();
  await notes.until('EOF');
  await closed({ stream, notes });
  expect(getSystemErrorName(END_OF_STREAM)).toBe('EOF');
});

test('LibuvStream reads nothing before readStart and after readStop, which may be called from inside bytesRead', async () => {
  const { stream, notes, peer } = await connected();
  peer.write('early');
  expect(send(stream, [Buffer.from('ping')])).toBe(SENT);
  peer.resume();
  await once(peer, 'data');
  expect(notes.said).toEqual([]);
  notes.bytesRead = (count) => {
    stream.readStop();
    return Notes.prototype.bytesRead.call(notes, count);
  };
  stream.readStart();
  await notes.until('early');
  peer.write('late');
  expect(send(stream, [Buffer.from('ping')])).toBe(SENT);
  await once(peer, 'data');
  expect(notes.said).toEqual(['early']);
  await closed({ stream, notes });
});

test('send says SENT when it is done at once, and tells sendDone when it is not, with all bytes in their order', async () => {
  const { stream, notes, peer } = await connected();
  expect(send(stream, [])).toBe(SENT);
  expect(send(stream, [Buffer.alloc(0)])).toBe(SENT);
  expect(send(stream, [Buffer.from('one,'), new Uint8Array(Buffer.from('-two,-')).subarray(1, 5)])).toBe(SENT);
  // More than two ends of a connection hold.
  expect(send(stream, [Buffer.alloc(2 ** 24, 'x'), Buffer.alloc(2 ** 24, 'y')])).toBe(0);
  expect(notes.said).toEqual([]);
  let text = '';
  peer
    .setEncoding('latin1')
    .on('data', (chunk: string) => (text += chunk))
    .resume();
  await notes.until('sent 0');
  expect(send(stream, [Buffer.from('end')])).toBe(SENT);
  expect(finish(stream)).toBe(0);
  await once(peer, 'end');
  expect(text.length).toBe(8 + 2 ** 25 + 3);
  expect(text.replace(/x+/, 'X').replace(/y+/, 'Y')).toBe('one,two,XYend');
  expect(notes.said).toEqual(['sent 0', 'finished']);
  await closed({ stream, notes });
});

test('LibuvStream.writeQueueSize falls with what the peer reads', async () => {
  const { stream, notes, peer } = await connected();
  expect(stream.writeQueueSize).toBe(0);
  expect(send(stream, [Buffer.alloc(2 ** 25)])).toBe(0);
  expect(stream.writeQueueSize).toBeGreaterThan(0);
  peer.resume();
  await notes.until('sent 0');
  expect(stream.writeQueueSize).toBe(0);
  await closed({ stream, notes });
});

test('send under way ends with an error when the stream is closed', async () => {
  const { stream, notes } = await connected();
  expect(send(stream, [Buffer.alloc(2 ** 25)])).toBe(0);
  await closed({ stream, notes });
  expect(notes.said.map((word) => word.replace(/-\d+/, 'error'))).toEqual(['sent error', 'closed']);
});

test('reset resets, and the peer sees that', async () => {
  const { stream, notes, peer } = await connected();
  const failed = once(peer, 'error');
  peer.resume();
  reset(stream);
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  await notes.until('closed');
});

test('readOver tells of a reset', async () => {
  const { stream, notes, peer } = await connected();
  stream.readStart();
  peer.resetAndDestroy();
  await notes.until('ECONNRESET');
  expect(notes.said).toEqual(['ECONNRESET']);
  await closed({ stream, notes });
});

test('reset resets after finishDone as well', async () => {
  const { stream, notes, peer } = await connected();
  expect(finish(stream)).toBe(0);
  await notes.until('finished');
  peer.resume();
  await once(peer, 'end');
  reset(stream);
  await notes.until('closed');
  const failed = once(peer, 'error');
  peer.write('anybody there?');
  expect((await failed)[0]).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) as string });
});

test('localName and peerName tell the two ends; bindTo chooses the one', async () => {
  const { stream, notes, peer } = await connected();
  expect(localName(stream)).toEqual({ ...LOOPBACK, port: peer.remotePort });
  expect(peerName(stream)).toEqual(address());
  const other = newStream('TCP');
  expect(peerName(other)).toBeNull();
  takeOver(other, notes, notes.buffer);
  expect(bindTo(other, { ...LOOPBACK, host: '127.0.0.2' })).toBe(0);
  expect(localName(other)).toMatchObject({ host: '127.0.0.2' });
  // In use, by the server.
  const third = newStream('TCP');
  takeOver(third, notes, notes.buffer);
  expect(getSystemErrorName(bindTo(third, address()))).toBe('EADDRINUSE');
  for (const each of [stream, other, third]) await closed({ stream: each, notes });
});

test('LibuvStream has what is asked of a socket', async () => {
  const { stream, notes } = await connected();
  expect(stream.fd).toBeGreaterThan(2);
  expect(stream.setNoDelay?.(true)).toBe(0);
  expect(typeof stream.setKeepAlive).toBe('function');
  stream.unref();
  await closed({ stream, notes });
  // After it is gone, too: nothing but an error's number.
  expect(stream.readStart()).not.toBe(0);
  expect(peerName(stream)).toBeNull();
});

test('openDescriptor refuses a descriptor that another stream has', async () => {
  const { stream, notes } = await connected();
  stream.readStart();
  const second = newStream('TCP');
  takeOver(second, notes, notes.buffer);
  expect(getSystemErrorName(openDescriptor(second, stream.fd))).toBe('EEXIST');
  await closed({ stream: second, notes });
  await closed({ stream, notes });
});

test('libuvStream makes Node print nothing, and costs no warning', () => {
  const file = path.join(__dirname, '../../../src/drivers/node/libuvStream.ts');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', 'ts-node/register/transpile-only', '-e', `require(${JSON.stringify(file)}); console.log('loaded')`],
    { encoding: 'utf8', cwd: path.join(__dirname, '../../../../..'), env: { ...process.env, NODE_OPTIONS: '' } },
  );
  expect([stdout, stderr]).toEqual(['loaded\n', '']);
}, 30_000);

test("libuvStream loads under Node's permission model, and says of every socket that it is refused", () => {
  const index = JSON.stringify(path.join(__dirname, '../../../src/drivers/node'));
  const script = `
    const { NodeDriver } = require(${index});
    const driver = new NodeDriver();
    const address = { family: 'IPv4', host: '127.0.0.1', port: 0 };
    for (const use of [() => driver.listenStream(address, { backlog: 1 }), () => driver.connectStream(address, {})])
      try { use(); console.log('done'); } catch (error) { console.log(error.message); }`;
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const { stdout } = spawnSync(
    process.execPath,
    [permission, '--allow-fs-read=*', '-r', 'ts-node/register/transpile-only', '-e', script],
    { encoding: 'utf8', cwd: path.join(__dirname, '../../../../..'), env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const why = "Node's permission model (--permission) refuses process.binding, which sockets need";
  expect(stdout).toBe(`listen EACCES: ${why}\nconnect EACCES: ${why}\n`);
}, 30_000);
