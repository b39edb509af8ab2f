/** Load: `connections` peers that read what they are sent. Counts MiB. */
import net from 'node:net';

import { measured } from './measured';

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

measured(() => received / MEBIBYTE, seconds);
