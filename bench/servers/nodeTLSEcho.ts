import { readFileSync } from 'node:fs';
import type net from 'node:net';
import tls from 'node:tls';

import { announce } from './announce';

const pem = readFileSync('conformance/fixtures/server.pem');
const server = tls.createServer({ cert: pem, key: pem, noDelay: true }, (socket) => {
  socket.on('data', (data: Buffer) => socket.write(data));
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
