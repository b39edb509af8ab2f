import net from 'node:net';

import { announce } from './announce';

const server = net.createServer((socket) => {
  let received = 0;
  socket.on('data', (data) => {
    received += data.length;
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => received);
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
