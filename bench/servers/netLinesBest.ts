/**
 * The best line server that an expert writes by hand: latin-1 search, by the line feed alone (V8 finds one character faster than two), and
 * one write for all lines of a chunk.
 */
import net from 'node:net';

import { announce } from './announce';

const CR = 0x0d;

const server = net.createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.on('data', (data) => {
    const text = rest + data.toString('latin1');
    let from = 0;
    let out = '';
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      if (text.charCodeAt(at - 1) !== CR) continue;
      const line = text.slice(from, at - 1);
      out += line + '\r\n';
      from = at + 1;
    }
    rest = text.slice(from);
    if (out !== '') socket.write(out, 'latin1');
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce((server.address() as net.AddressInfo).port));
