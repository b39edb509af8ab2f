/** The obvious line server: splits what arrives, and writes each line by itself. */
import net from 'node:net';

import { announce } from './announce';

const server = net.createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (data) => {
    const lines = (rest + String(data)).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) socket.write(line + '\r\n');
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
