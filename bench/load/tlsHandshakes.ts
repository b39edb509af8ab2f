/** Load: 16 at a time, connections over TLS that are made, echo a byte, and are closed. Prints connections a second, and how many there were. */
import tls from 'node:tls';

const AT_ONCE = 16;
const [port, seconds] = process.argv.slice(2).map(Number) as [number, number];
let done = 0;
let warmUp = 0;

function once(): void {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.3' });
  socket.on('secureConnect', () => socket.write('x'));
  socket.on('data', () => socket.end());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    done += 1;
    once();
  });
}
for (let i = 0; i < AT_ONCE; i++) once();

// The first part warms both sides up.
setTimeout(() => {
  warmUp = done;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    const rate = (done - warmUp) / (Number(process.hrtime.bigint() - began) / 1e9);
    console.log(`${rate} ${done}`);
    process.exit();
  }, seconds * 1000);
}, 700);
