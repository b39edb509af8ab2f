/**
 * Load: `connections` peers that connect, send a byte, get it back, see the server close, and connect again. Prints connections a
 * second, and how many there were. They go to several addresses of this machine: each has its own ports to wait in.
 */
import net from 'node:net';

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

// The first part warms both sides up.
setTimeout(() => {
  const warmUp = done;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    console.log(`${(done - warmUp) / (Number(process.hrtime.bigint() - began) / 1e9)} ${done}`);
    process.exit();
  }, seconds * 1000);
}, 500);
