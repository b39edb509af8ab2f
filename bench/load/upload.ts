/** Load: `connections` peers that send pieces of 64 KiB as fast as they are taken. Counts MiB. */
import net from 'node:net';

import { measured } from './measured';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const MEBIBYTE = 1024 * 1024;
const piece = Buffer.alloc(64 * 1024, 'x');

const sockets = Array.from({ length: connections }, () => {
  const socket = net.connect(port, '127.0.0.1');
  const send = (): void => {
    while (socket.write(piece));
  };
  return socket.on('connect', send).on('drain', send);
});

function sent(): number {
  return sockets.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0) / MEBIBYTE;
}

measured(sent, seconds);
