/** Load: as `lines.ts`, of netstrings (0) or strings with two bytes of length (1). Prints how many a second came back, and how many did. */
import net from 'node:net';

const [port, kind, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number];
const PAYLOAD = 'the quick brown';
const FRAME = kind === 0 ? `${PAYLOAD.length}:${PAYLOAD},` : `\0\x0f${PAYLOAD}`;
const piece = Buffer.from(FRAME.repeat(1000), 'latin1');
const WINDOW = 4;
let bytes = 0;

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
  const warmUp = bytes;
  const began = process.hrtime.bigint();
  setTimeout(() => {
    const rate = (bytes - warmUp) / FRAME.length / (Number(process.hrtime.bigint() - began) / 1e9);
    console.log(`${rate} ${bytes / FRAME.length}`);
    process.exit();
  }, seconds * 1000);
}, 700);
