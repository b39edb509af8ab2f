/** Load over TLS: `connections` peers that each send `size` bytes, wait for them to come back, and send them again. Counts messages. */
import type net from 'node:net';
import tls from 'node:tls';

import { measured } from './measured';

const [port, connections, seconds, size] = process.argv.slice(2).map(Number) as [number, number, number, number];
const message = Buffer.alloc(size, 'x');
let messages = 0;

for (let i = 0; i < connections; i++) {
  let received = 0;
  // Node reads a connection of its own making past the stream, too; its types do not say so.
  const options: tls.ConnectionOptions & { onread: net.OnReadOpts } = {
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    onread: {
      buffer: Buffer.allocUnsafe(64 * 1024),
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
  };
  const socket = tls.connect(options);
  socket.setNoDelay(true);
  socket.on('secureConnect', () => socket.write(message));
}

measured(() => messages, seconds);
