/** The same as `framingSkein.ts`, by hand: one write for all strings of a chunk. */
import net from 'node:net';

import { netstringSplitter, prefixSplitter } from '../framingPeers';

import { announce } from './announce';

const isNetstring = process.argv[2] === 'netstring';
const COMMA = Buffer.from(',');

const server = net.createServer({ noDelay: true }, (socket) => {
  const out: Buffer[] = [];
  const splitter = isNetstring
    ? netstringSplitter((string) => out.push(Buffer.from(`${string.length}:`), string, COMMA))
    : prefixSplitter((string) => {
        const prefix = Buffer.allocUnsafe(2);
        prefix.writeUInt16BE(string.length);
        out.push(prefix, string);
      });
  socket.on('data', (data) => {
    splitter.dataReceived(data);
    if (out.length > 0) socket.write(Buffer.concat(out.splice(0)));
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
