import net from 'node:net';

import { freePort, program } from './program';

const CHILDREN = 'packages/examples/test/children';
const CONNECTIONS = 1000;

/** Connects a socket, and waits for it. */
function connected(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port }, () => resolve(socket.off('error', reject)));
    socket.once('error', reject);
  });
}

/** Resolves when the server has ended the connection: whether by an end or a reset is the system's choice. */
function ended(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}

it('SIGINT loses a thousand connections with ConnectionLost, closes the ports, and ends the process with 0', async () => {
  const port = await freePort();
  const server = program(`${CHILDREN}/manyConnections.ts`, String(port), String(CONNECTIONS));
  await server.says('listening');
  const sockets: net.Socket[] = [];
  while (sockets.length < CONNECTIONS) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => connected(port)))));
  }
  await server.says('all are connected');
  const allEnded = Promise.all(sockets.map(ended));

  const { code, output } = await server.endsAfter('SIGINT');
  const summary = output.trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(summary)).toEqual({
    made: CONNECTIONS,
    lost: { ConnectionLost: CONNECTIONS },
    stopped: 1,
    numPorts: 0,
  });
  expect(code).toBe(0);
  await allEnded;
  await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
}, 60_000);

it('a second SIGINT ends a shutdown that hangs', async () => {
  const hanging = program(`${CHILDREN}/hangingShutdown.ts`);
  await hanging.says('running');
  hanging.signal('SIGINT');
  await hanging.says('waiting for ever');
  const { code, output } = await hanging.endsAfter('SIGINT');
  // In between, the log says what Twisted's says: that a reactor that stops cannot be stopped.
  expect(output).toMatch(/^running\nwaiting for ever\n(.* ReactorNotRunning: [^]*)?not for ever\n$/s);
  expect(code).toBe(0);
}, 40_000);
