/** Places to connect to where nobody answers: a port that refuses, and one that never says anything. */
import net from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens, says where, and sleeps for good: what connects fills the backlog, and what comes then is left without an answer. */
const DEAF_LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
/** Linux holds one connection more than the backlog says. */
const FILLING = 2;

export interface Place {
  readonly port: number;
  close(): Promise<unknown>;
}

/** A TCP port of 127.0.0.1 where something listened a moment ago. */
export async function refusingPort(): Promise<Place> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port, close: () => Promise.resolve() };
}

/** A TCP port of 127.0.0.1 that neither accepts nor refuses: its backlog is full, and nobody empties it. */
export async function hangingPort(): Promise<Place> {
  const worker = new Worker(DEAF_LISTENER, { eval: true });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const fillers = await Promise.all(
    Array.from(
      { length: FILLING },
      () =>
        new Promise<net.Socket>((resolve, reject) => {
          const socket = net.connect({ host: '127.0.0.1', port }, () => {
            resolve(socket);
          });
          socket.once('error', reject);
        }),
    ),
  );
  return {
    port,
    close() {
      for (const socket of fillers) socket.on('error', ignore).destroy();
      return worker.terminate();
    },
  };
}

function ignore(): void {
  // The listener's end resets what is left.
}
