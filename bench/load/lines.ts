/** Load: `connections` peers that keep a window of short lines under way, in large pieces. Prints lines a second that came back, and how many did. */
import net from 'node:net';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const LINE = 'the quick brown\r\n';
const piece = Buffer.from(LINE.repeat(1000), 'latin1');
const WINDOW = 4;
let bytes = 0;
let warmUp = 0;

for (let i = 0; i < connections; i++) {
  let owed = 0;
  const socket = net.connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(64 * 1024),
      callback: (count) => {
        bytes += count;
        owed += count;
        while (owed >= piece.length) {
          owed -= piece.length;
          socket.write(piece);
        }
        return true;
      },
    },
  });
  socket.on('connect', () => {
    for (let j = 0; j < WINDOW; j++) socket.write(piece);
  });
}

setTimeout(() => {
  warmUp = bytes;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    const rate = (bytes - warmUp) / LINE.length / (Number(process.hrtime.bigint() - began) / 1e9);
    console.log(`${rate} ${bytes / LINE.length}`);
    process.exit();
  }, seconds * 1000);
}, 700);
