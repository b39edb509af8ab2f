/** Load: `connections` peers that each send 64 bytes, wait for them to come back, and send them again. Prints messages a second, and how many there were. */
import net from 'node:net';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const message = Buffer.alloc(64, 'x');
let messages = 0;
let warmUp = 0;

for (let i = 0; i < connections; i++) {
  let received = 0;
  const socket = net.connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(4096),
      callback: (count) => {
        received += count;
        while (received >= message.length) {
          received -= message.length;
          messages += 1;
          socket.write(message);
        }
        return true;
      },
    },
  });
  socket.on('connect', () => socket.write(message));
}

// The first part warms both sides up.
setTimeout(() => {
  warmUp = messages;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    const rate = (messages - warmUp) / (Number(process.hrtime.bigint() - began) / 1e9);
    console.log(`${rate} ${messages}`);
    process.exit();
  }, seconds * 1000);
}, 500);
