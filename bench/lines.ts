/** Pipelined lines: 4 connections, each with a window of some thousand short lines under way; every line is answered. */
import { race, twistedServer } from './socketBench';

export async function run(): Promise<void> {
  await race(
    'Answered lines of 15 characters, pipelined on 4 connections',
    [
      { name: 'Skein LineReceiver', server: 'skeinLines' },
      { name: 'node:net, one write a line', server: 'netLinesNaive' },
      { name: 'node:net, the best by hand', server: 'netLinesBest' },
      ...twistedServer('lineServer'),
    ],
    'lines',
    [4, 2],
  );
}
