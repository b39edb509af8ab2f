/** Load: 16 at a time, connections over TLS that are made, echo a byte, and are closed. Counts connections. */
import tls from 'node:tls';

import { measured } from './measured';

const AT_ONCE = 16;
/** Milliseconds: a handshake takes fifty times as long as a message, and as many of them until V8 knows what is hot. */
const WARM_UP = 6000;
const [port, seconds] = process.argv.slice(2).map(Number) as [number, number];
let done = 0;

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

measured(() => done, seconds, WARM_UP);
