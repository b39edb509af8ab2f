/**
 * `npm run docs:states`: draws docs/transport-states.md from the transport's table, so that the picture cannot be wrong.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { TRAITS, TRANSITIONS, type TransportState } from '../packages/reactor/src/core/transportStates';

const FILE = path.join(__dirname, '../docs/transport-states.md');

/** The page's text. */
export function drawStates(): string {
  const states = Object.keys(TRANSITIONS) as TransportState[];
  const arrows = states.flatMap((state) =>
    // Every state but the last may end at once: drawn as one arrow, from the group.
    Object.entries(TRANSITIONS[state])
      .filter(([input]) => input !== 'over' && input !== 'abortConnection')
      .map(([input, next]) => `  ${state} --> ${next}: ${input}`),
  );
  const traits = states.map((state) => {
    const { reads, writes } = TRAITS[state];
    return `| \`${state}\` | ${reads ? 'yes' : '-'} | ${writes ? 'yes' : '-'} | ${Object.keys(TRANSITIONS[state])
      .map((input) => `\`${input}\``)
      .join(', ')} |`;
  });
  return [
    '# The states of a stream connection',
    '',
    'Drawn from the table in [`transportStates.ts`](../packages/reactor/src/core/transportStates.ts) by `npm run docs:states`;',
    'a test compares. Left out of the picture: from every state but `lost`, `abortConnection` leads to `aborting` and',
    '`over` (closed by the peer, broken, ended by an exception) to `lost`.',
    '',
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
    ...traits,
    '',
  ].join('\n');
}

if (require.main === module) writeFileSync(FILE, drawStates());
