/** Load: `connections` peers that read what they are sent. Prints MiB a second, and how many there were. */
import net from 'node:net';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const MEBIBYTE = 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(256 * 1024);
let received = 0;

for (let i = 0; i < connections; i++) {
  net.connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer,
      callback: (count) => {
        received += count;
        return true;
      },
    },
  });
}

// The first part warms both sides up.
setTimeout(() => {
  const warmUp = received;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    const rate = (received - warmUp) / MEBIBYTE / (Number(process.hrtime.bigint() - began) / 1e9);
    console.log(`${rate} ${received / MEBIBYTE}`);
    process.exit();
  }, seconds * 1000);
}, 500);
