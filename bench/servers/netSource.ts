import net from 'node:net';

import { announce } from './announce';

const PIECE = Buffer.alloc(64 * 1024, 'x');

const server = net.createServer({ noDelay: true }, (socket) => {
  const send = (): void => {
    while (socket.write(PIECE));
  };
  socket.on('drain', send);
  socket.on('error', () => socket.destroy());
  socket.resume();
  send();
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
