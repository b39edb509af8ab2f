/** Peers of `npm run soak`: connect so many times, say so, and abort all of them at once when they are told to. */
import net from 'node:net';

const [port, localAddress, count] = process.argv.slice(2) as [string, string, string];
/** Attempts at a time. */
const WIDTH = 64;
const sockets: net.Socket[] = [];
let begun = 0;

function connect(): void {
  if (begun === Number(count)) return;
  begun += 1;
  const socket = net.connect({ port: Number(port), host: '127.0.0.1', localAddress }, () => {
    sockets.push(socket);
    if (sockets.length === Number(count)) process.send?.('connected');
    connect();
  });
  socket.on('error', (error) => {
    throw error;
  });
}

for (let i = 0; i < WIDTH; i++) connect();

process.on('message', () => {
  for (const socket of sockets) socket.resetAndDestroy();
});
