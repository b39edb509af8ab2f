/** Bulk: 4 connections that carry as much as they can, one way; an operation is a MiB. */
import { race, twistedServer } from './socketBench';

export async function run(): Promise<void> {
  await race(
    'MiB received on 4 connections',
    [
      { name: 'Skein', server: 'skeinSink' },
      { name: 'node:net by hand', server: 'netSink' },
      ...twistedServer('sinkServer'),
    ],
    'upload',
    [4, 2],
  );
  await race(
    'MiB sent on 4 connections',
    [
      { name: 'Skein', server: 'skeinSource' },
      { name: 'node:net by hand', server: 'netSource' },
      ...twistedServer('sourceServer'),
    ],
    'download',
    [4, 2],
  );
}
