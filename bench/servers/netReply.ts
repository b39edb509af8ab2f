import net from 'node:net';

import { announce } from './announce';

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('data', (data) => socket.end(data));
  socket.on('error', () => socket.destroy());
});
server.listen({ port: 0, host: '0.0.0.0', backlog: 511 }, () => announce((server.address() as net.AddressInfo).port));
