/** Load: peers that keep a window of one frame, over and over, under way, in large pieces. */
import net from 'node:net';

import { measured } from './measured';

/** How many pieces of a thousand frames a peer has under way. */
const WINDOW = 4;

/** Loads `port` for `seconds`, counts the frames that come back, and ends the process. */
export function keepWindow(frame: string, port: number, connections: number, seconds: number): void {
  const piece = Buffer.from(frame.repeat(1000), 'latin1');
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

  measured(() => bytes / frame.length, seconds);
}
