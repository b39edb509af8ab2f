import { readFileSync } from 'node:fs';
import path from 'node:path';

import { drawStates } from '../../../../scripts/drawStates';

/** The formatter pads tables; the content is what counts. */
function unpadded(text: string): string {
  return text.replace(/-{2,}/g, '--').replace(/ +/g, ' ');
}

test('docs/transport-states.md is drawn from the table (npm run docs:states)', () => {
  const page = readFileSync(path.join(__dirname, '../../../../docs/transport-states.md'), 'utf8');
  expect(unpadded(page)).toBe(unpadded(drawStates()));
});
