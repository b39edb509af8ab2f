import type { IPv4Address } from '@skein/reactor/address';
import type { IListeningPort } from '@skein/reactor/interfaces';

/** Tells the benchmark which port to load: one line on standard output. */
export function announce(port: IListeningPort | number): void {
  // What measures memory asks for it to be tidied up first, and then for a line on it (bench/idle.ts).
  process.on('SIGUSR2', () => {
    globalThis.gc?.();
    console.log(JSON.stringify(process.memoryUsage()));
  });
  console.log(String(typeof port === 'number' ? port : (port.getHost() as IPv4Address).port));
}
