/** Load: `connections` peers that each send 64 bytes, wait for them to come back, and send them again. Counts messages. */
import net from 'node:net';

import { measured } from './measured';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const message = Buffer.alloc(64, 'x');
let messages = 0;

for (let i = 0; i < connections; i++) {
  let received = 0;
  const socket = net.connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(4096),
      callback: (count) => {
        received += count;
        while (received >= message.length) {
          received -= message.length;
          messages += 1;
          socket.write(message);
        }
        return true;
      },
    },
  });
  socket.on('connect', () => socket.write(message));
}

measured(() => messages, seconds);
