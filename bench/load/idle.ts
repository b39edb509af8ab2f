/** Load: `connections` peers that connect and do nothing. Prints how many there are, and stays. */
import net from 'node:net';

const [port, connections] = process.argv.slice(2).map(Number) as [number, number];
/** Attempts at a time. */
const WIDTH = 100;
let begun = 0;
let connected = 0;

function connect(): void {
  if (begun === connections) return;
  begun += 1;
  net.connect(port, '127.0.0.1', () => {
    connected += 1;
    if (connected === connections) console.log(connected);
    connect();
  });
}

for (let i = 0; i < WIDTH; i++) connect();
