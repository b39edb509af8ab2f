/** Echo: 50 connections, each with one message of 64 bytes under way. */
import { race, twistedServer } from './socketBench';

export async function run(): Promise<void> {
  await race(
    'Echoed messages of 64 bytes on 50 connections',
    [
      { name: 'Skein', server: 'skeinEcho' },
      { name: 'node:net by hand', server: 'netEcho' },
      ...twistedServer('echoServer'),
    ],
    'echo',
    [50, 2],
  );
}
