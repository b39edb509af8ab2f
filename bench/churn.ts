/** Churn: connections that are made, answered once, and closed by the server. */
import { race, twistedServer } from './socketBench';

export async function run(): Promise<void> {
  await race(
    'Connections made, answered and closed, 50 at a time',
    [
      { name: 'Skein', server: 'skeinReply' },
      { name: 'node:net by hand', server: 'netReply' },
      ...twistedServer('replyServer'),
    ],
    'churn',
    [50, 2],
  );
}
