import net from 'node:net';

import { announce } from './announce';

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
