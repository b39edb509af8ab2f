/** Pages that the docs check must judge as written here, in a repository that exists for a moment only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkPage } from '../checkDocs.mjs';

const SOURCE = `/**
 * What it is.
 */
export function main() {
  // #region loop
  for (;;) {

    step();
  }
  // #endregion
}
`;
const LOOP = 'for (;;) {\n\n  step();\n}';
const WHOLE = 'export function main() {\n  for (;;) {\n\n    step();\n  }\n}';

const fenced = (marker, body, language = 'ts') => `# Title\n\n${marker}\n\n\`\`\`${language}\n${body}\n\`\`\`\n`;

/** Per case: the page, and a piece of the problem that must be found, or null when there is none. */
const CASES = [
  [fenced('<!-- from a.ts#loop -->', LOOP), null],
  [fenced('<!-- from a.ts -->', WHOLE), null],
  [fenced('<!-- from a.ts#loop -->', 'for (;;) {}'), 'differs from a.ts#loop'],
  [fenced('<!-- from a.ts -->', LOOP), 'differs from a.ts'],
  [fenced('<!-- from a.ts#other -->', LOOP), 'no region "other"'],
  [fenced('<!-- from b.ts -->', LOOP), 'no such file'],
  ['<!-- from a.ts#loop -->\n\nAnd so on.\n', 'no code fence follows'],
  [fenced('Look:', 'f();'), 'a listing that nothing runs'],
  [fenced('Look:', 'f();', 'js'), 'a listing that nothing runs'],
  [fenced('<!-- not run: it would not end -->', 'f();'), null],
  [fenced('<!-- not run: -->', 'f();'), 'a listing that nothing runs'],
  [fenced('Look:', '$ npm test', 'console'), null],
  ['```ts\nf();\n', 'not closed'],
  ['# A `b` c!\n\n[here](#a-b-c), [there](other.md#two-words), [source](a.ts)\n', null],
  ['[gone](gone.md)\n', 'leads nowhere'],
  ['[gone](#gone)\n', 'no such heading'],
  ['[gone](other.md#gone)\n', 'no such heading'],
  ['[out](../other.md)\n', 'leaves the repository'],
  ['[site](https://example.org/gone) and `[code](gone.md)`\n', null],
  ['[ref]: gone.md\n', 'leads nowhere'],
  ['run `npm run known`\n', null],
  ['run `npm run unknown`\n', 'no script "unknown"'],
  ['see /tmp/x.log\n', 'a path of one machine'],
  [fenced('Look:', 'cd /home/me/skein', 'console'), 'a path of one machine'],
  ['from https://registry.npmjs.org/x\n', "a registry's host"],
];

export async function checkDocsRules() {
  const root = await mkdtemp(join(tmpdir(), 'skein-docs-'));
  try {
    await writeFile(join(root, 'a.ts'), SOURCE);
    await writeFile(join(root, 'other.md'), '# Other\n\n## Two words\n');
    await writeFile(join(root, 'package.json'), '{ "scripts": { "known": "" } }');
    const misses = [];
    for (const [text, wanted] of CASES) {
      const found = checkPage({ path: 'page.md', text }, root).problems.map(({ problem }) => problem);
      const right = wanted === null ? found.length === 0 : found.some((problem) => problem.includes(wanted));
      if (!right)
        misses.push(
          `${JSON.stringify(text)}\n    wanted: ${wanted ?? 'silence'}\n    found: ${found.join(' | ') || 'nothing'}`,
        );
    }
    const stale = fenced('<!-- from a.ts#loop -->', 'stale');
    if (checkPage({ path: 'page.md', text: stale }, root).text !== fenced('<!-- from a.ts#loop -->', LOOP)) {
      misses.push('--write does not bring a stale listing up to date');
    }
    return { planted: CASES.length + 1, misses };
  } finally {
    await rm(root, { recursive: true });
  }
}
