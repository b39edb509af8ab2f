/**
 * What the Node driver relies on and Node does not document: when one of these fails, `nodeTLSSocket.ts` or `socketBeneath.ts`
 * has to change.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

import { connectTCP, newStream, type StreamOwner, takeOver } from '../../../src/drivers/node/libuvStream';
import { SocketBeneath } from '../../../src/drivers/node/socketBeneath';

const fixture = (name: string): string =>
  readFileSync(path.join(__dirname, '../../../../../conformance/fixtures', name), 'latin1');
const secureContext = tls.createSecureContext({ cert: fixture('server.crt'), key: fixture('server.key') });

interface Handle {
  readStart(): number;
  getpeername(out: object): number;
  verifyError(): Error | null | undefined;
}
const handleOf = (socket: net.Socket): Handle => (socket as unknown as { _handle: Handle })._handle;

interface Ends {
  readonly raw: net.Socket;
  readonly server: tls.TLSSocket;
  readonly clientRaw: net.Socket;
  readonly client: tls.TLSSocket;
  readonly pushed: (string | null)[];
  readonly probe: number[];
  /** What `verifyError` said in the moment of "secure"; later, the certificate may be gone, and with it the process. */
  readonly verified: Error | null | undefined;
}

const open: { destroy(): unknown }[] = [];
let listener: net.Server;
beforeEach(async () => {
  listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
  listener.close();
});

/** A secured connection, whose server's end notes what is pushed, and what `readStart` says of the socket beneath. */
async function secured(options: tls.TLSSocketOptions = {}, clientOptions: tls.ConnectionOptions = {}): Promise<Ends> {
  const clientRaw = net.connect((listener.address() as net.AddressInfo).port, '127.0.0.1');
  const [raw] = (await once(listener, 'connection')) as [net.Socket];
  const server = new tls.TLSSocket(raw, { isServer: true, secureContext, ...options });
  const [pushed, probe]: [(string | null)[], number[]] = [[], []];
  server.push = (chunk: Buffer | null) => {
    pushed.push(chunk === null ? null : chunk.toString());
    if (chunk === null) probe.push(handleOf(raw).readStart());
    return true;
  };
  server.on('error', () => undefined);
  let verified: Error | null | undefined;
  const isSecure = once(server, 'secure');
  server.on('secure', () => {
    verified = handleOf(server).verifyError();
  });
  const client = tls.connect({ socket: clientRaw, rejectUnauthorized: false, ...clientOptions });
  client.on('error', () => undefined);
  // In this order: see `destroySecure`.
  open.push(server, client, raw, clientRaw);
  await isSecure;
  return { raw, server, clientRaw, client, pushed, probe, verified };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('tls.TLSSocket emits "secure", hands what it reads to "push", and a proper end as null, with the socket still reading', async () => {
  const { client, pushed, probe } = await secured();
  client.end('hello');
  await until(() => probe.length > 0);
  expect(pushed).toEqual(['hello', null]);
  expect(probe[0]).not.toBe(0);
});

test('tls.TLSSocket hands on an end of file as null too, when libuv has stopped reading', async () => {
  const { client, clientRaw, raw, pushed, probe } = await secured();
  client.write('hello');
  await until(() => pushed.length > 0);
  clientRaw.end();
  await until(() => probe.length > 0);
  expect(pushed).toEqual(['hello', null]);
  expect([probe[0], handleOf(raw).getpeername({})]).toEqual([0, 0]);
});

test('tls.TLSSocket knows by verifyError what is wrong with the certificate that a client has shown', async () => {
  const shown = { cert: fixture('client.crt'), key: fixture('client.key') };
  const strange = await secured({ requestCert: true }, shown);
  expect(strange.verified).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const trusting = tls.createSecureContext({
    cert: fixture('server.crt'),
    key: fixture('server.key'),
    ca: fixture('client.crt'),
  });
  const known = await secured({ requestCert: true, secureContext: trusting }, shown);
  expect(known.verified ?? null).toBeNull();
});

test('tls.TLSSocket reports what is wrong after the handshake once _releaseControl was called', async () => {
  const { server, raw } = await secured();
  (server as unknown as { _releaseControl(): void })._releaseControl();
  const error = once(server, 'error');
  // As if the peer had sent it: `receive` is what Node's own tests and wrappers use.
  (handleOf(server) as unknown as { receive(data: Buffer): void }).receive(Buffer.from('this is no record of TLS'));
  expect((await error)[0]).toMatchObject({ code: expect.stringMatching(/^ERR_SSL_/) as string });
  expect(raw.destroyed).toBe(false);
});

/** A stream of libuv, connected to a socket of Node's; whoever owns it notes what it is told. */
async function connectedStream(): Promise<{ beneath: SocketBeneath & net.Socket; peer: net.Socket; told: string[] }> {
  const told: string[] = [];
  const note = (what: string) => (): undefined => void told.push(what);
  const stream = newStream('TCP');
  const connected = new Promise<number>((resolve) => {
    const owner: StreamOwner = {
      connectDone: resolve,
      bytesRead: note('read'),
      readOver: note('over'),
      sendDone: note('sent'),
      finishDone: note('finished'),
      closeDone: note('closed'),
    };
    takeOver(stream, owner, Buffer.alloc(2 ** 16));
  });
  const connection = once(listener, 'connection');
  const { port } = listener.address() as net.AddressInfo;
  expect(connectTCP(stream, { family: 'IPv4', host: '127.0.0.1', port })).toBe(0);
  expect(await connected).toBe(0);
  const [peer] = (await connection) as [net.Socket];
  open.push(peer);
  return { beneath: SocketBeneath.over(stream), peer, told };
}

test.each(['server', 'client'] as const)(
  'SocketBeneath passes for a net.Socket: a tls.TLSSocket of a %s over it shakes hands, carries bytes and a farewell, closes it, and its owner hears nothing',
  async (role) => {
    const { beneath, peer, told } = await connectedStream();
    const end = (raw: net.Socket, isServer: boolean): tls.TLSSocket =>
      isServer
        ? new tls.TLSSocket(raw, { isServer, secureContext })
        : tls.connect({ socket: raw, rejectUnauthorized: false });
    const ours = end(beneath, role === 'server');
    const theirs = end(peer, role === 'client');
    open.push(theirs);
    theirs.write('hello');
    const [data] = (await once(ours, 'data')) as [Buffer];
    ours.end(data);
    const [answer] = (await once(theirs, 'data')) as [Buffer];
    expect(answer.toString()).toBe('hello');
    theirs.end();
    await once(ours, 'close');
    expect([beneath.destroyed, beneath._handle, told]).toEqual([true, null, []]);
  },
);

test('SocketBeneath.resetAndDestroy closes the TLS over it, and the peer sees a reset', async () => {
  const { beneath, peer } = await connectedStream();
  const ours = new tls.TLSSocket(beneath, { isServer: true, secureContext });
  const theirs = tls.connect({ socket: peer, rejectUnauthorized: false });
  open.push(theirs);
  // Everything has arrived: a reset together with data looks like an end (see `NodeStreamHandle`).
  ours.write('hello');
  await once(theirs, 'data');
  const failed = once(theirs, 'error');
  const gone = once(ours, 'close');
  beneath.resetAndDestroy();
  await gone;
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
});
