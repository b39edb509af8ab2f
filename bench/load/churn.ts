/**
 * Load: `connections` peers that connect, send a byte, get it back, see the server close, and connect again. Counts
 * connections. They go to several addresses of this machine: each has its own ports to wait in.
 */
import net from 'node:net';

import { measured } from './measured';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const ADDRESSES = 16;
const byte = Buffer.from('x');
let begun = 0;
let done = 0;

function connect(): void {
  begun += 1;
  const socket = net.connect({ port, host: `127.0.0.${String(1 + (begun % ADDRESSES))}` });
  socket.on('connect', () => socket.write(byte));
  socket.resume();
  socket.on('error', () => socket.destroy());
  socket.on('close', (hadError) => {
    if (!hadError) done += 1;
    connect();
  });
}

for (let i = 0; i < connections; i++) connect();

measured(() => done, seconds);
