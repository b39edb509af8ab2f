/** `skein run`, as its user meets it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHILDREN, outcomeOf, Skein } from './skein';

const FACTORY = `${CHILDREN}/factory.ts`;
const LISTEN = 'tcp:0:interface=127.0.0.1';
const PORT = /port: (\d+)/;

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), 'skein-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function connected(port: string): Promise<net.Socket> {
  const socket = net.connect(Number(port), '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

async function echoed(socket: net.Socket, text: string): Promise<string> {
  socket.write(text);
  return new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
}

describe('skein run', () => {
  test('serves a factory on every description, and ends with 0 after SIGTERM', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '-l', `ws:0:interface=127.0.0.1`);
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const socket = await connected(port);
    await expect(echoed(socket, 'hello')).resolves.toBe('hello');
    expect(skein.output.match(/starting on/g)).toHaveLength(2);
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await expect(skein.endsAfter('SIGTERM')).resolves.toBe(0);
    await closed;
    expect(skein.output).toContain('Received SIGTERM, shutting down.');
  });

  test('ends with 0 after Ctrl-C', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN);
    await skein.says(/Running/);
    await expect(skein.endsAfter('SIGINT')).resolves.toBe(0);
  });

  test('lets connections finish after SIGTERM, and takes no new ones', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '--drain', '30');
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const socket = await connected(port);
    skein.child.kill('SIGTERM');
    await skein.says(/Connections have 30 seconds to finish/);
    await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(echoed(socket, 'still here')).resolves.toBe('still here');
    socket.end();
    await expect(skein.ended).resolves.toBe(0);
  });

  test('gives up on connections when their time is over', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '--drain', '0.2');
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const socket = await connected(port);
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await expect(skein.endsAfter('SIGTERM')).resolves.toBe(0);
    await closed;
  });

  test('ends with 143 after a second SIGTERM', async () => {
    const skein = new Skein('run', FACTORY, '--listen', LISTEN, '--drain', '3000');
    const port = await skein.says(PORT);
    await skein.says(/Running/);
    const socket = await connected(port);
    socket.on('error', () => {});
    skein.child.kill('SIGTERM');
    await skein.says(/Connections have 3000 seconds/);
    await expect(skein.endsAfter('SIGTERM')).resolves.toBe(143);
    socket.destroy();
  });

  test('ends with 69 when the port is in use, and says which', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, output } = await outcomeOf('run', FACTORY, '--listen', `tcp:${port}:interface=127.0.0.1`);
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(69);
    expect(output).toContain(`skein: Couldn't listen on 127.0.0.1:${port}:`);
  });

  test('keeps a pid file, replaces a stale one, and ends with 75 beside a live one', async () => {
    const path = join(folder, 'chat.pid');
    writeFileSync(path, '999999999\n');
    const skein = new Skein(
      'run',
      FACTORY,
      '--listen',
      LISTEN,
      '--pidfile',
      path,
      '--log',
      join(folder, 'log'),
      '--log-format',
      'json',
    );
    while (readFileSync(path, 'utf8') !== `${skein.child.pid}\n`) await new Promise((resolve) => setImmediate(resolve));
    const second = await outcomeOf('run', FACTORY, '--listen', LISTEN, '--pidfile', path);
    expect(second).toEqual({
      code: 75,
      output: `skein: it runs already, as process ${skein.child.pid} (pid file "${path}")\n`,
    });
    await expect(skein.endsAfter('SIGTERM')).resolves.toBe(0);
    expect(() => readFileSync(path)).toThrow('ENOENT');
    expect(skein.output).toBe('');
    const messages = readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; message: string });
    expect(messages.at(-1)).toMatchObject({ level: 'info', message: 'Stopped.' });
  });

  test.each<[number, string, string[]]>([
    [66, 'there is no module "./none.js": looked for', ['./none.js']],
    [78, 'port is "http", wanted a whole number, as in "tcp:8080', [FACTORY, '-l', 'tcp:http']],
    [78, "Unknown endpoint type: 'tpc'", [FACTORY, '-l', 'tpc:80']],
    [78, 'it exports nothing, wanted an export of makeService', [`${CHILDREN}/nothing.ts`]],
    [77, 'cannot become user "nobody-of-that-name"', [FACTORY, '-l', LISTEN, '--uid', 'nobody-of-that-name']],
    [73, 'cannot write the log "/nowhere/log": ENOENT', [FACTORY, '-l', LISTEN, '--log', '/nowhere/log']],
    [64, 'exports a factory: where is it to listen? (--listen tcp:8123)', [FACTORY]],
  ])('ends with %p: %s', async (wanted, text, args) => {
    const { code, output } = await outcomeOf('run', ...args);
    expect(output).toContain(text);
    expect(code).toBe(wanted);
  });
});
