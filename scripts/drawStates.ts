/**
 * `npm run docs:states`: draws docs/transport-states.md from the transport's table, so that the picture cannot be wrong.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { PLAIN, SECURE, type StateTable } from '../packages/reactor/src/core/transportStates';

const FILE = path.join(__dirname, '../docs/transport-states.md');

/** The page's text. */
export function drawStates(): string {
  return [
    '# The states of a stream connection',
    '',
    'Drawn from the tables in [`transportStates.ts`](../packages/reactor/src/core/transportStates.ts) by `npm run docs:states`;',
    'a test compares. Left out of the pictures: from every state but `lost`, `abortConnection` leads to `aborting` and',
    '`over` (closed by the peer, broken, ended by an exception) to `lost`.',
    '',
    ...drawTable(PLAIN),
    '## Secured by TLS',
    '',
    'From `startTLS` on, and from the start with `listenSSL` and `connectSSL`. TLS ends as a whole, and its end is answered.',
    '',
    ...drawTable(SECURE),
  ].join('\n');
}

function drawTable({ transitions, traits }: StateTable): string[] {
  const states = Object.keys(transitions) as (keyof typeof transitions)[];
  const arrows = states.flatMap((state) =>
    // Every state but the last may end at once: left out, as the page says.
    Object.entries(transitions[state] ?? {})
      .filter(([input]) => input !== 'over' && input !== 'abortConnection')
      .map(([input, next]) => `  ${state} --> ${next}: ${input}`),
  );
  const rows = states.map((state) => {
    const { reads = false, discards = false, writes = false, producerWrites = false } = traits[state] ?? {};
    const inputs = Object.keys(transitions[state] ?? {}).map((input) => `\`${input}\``);
    const readsWhat = discards ? 'for nobody' : reads ? 'yes' : '-';
    const writesWhat = producerWrites ? "a producer's" : writes ? 'yes' : '-';
    return `| \`${state}\` | ${readsWhat} | ${writesWhat} | ${inputs.join(', ')} |`;
  });
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> open',
    ...arrows,
    '  aborting --> lost: over',
    '  lost --> [*]',
    '```',
    '',
    '| State | Reads | Takes writes | Listens to |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

if (require.main === module) writeFileSync(FILE, drawStates());
