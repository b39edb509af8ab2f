/**
 * `npm run docs:tables`: draws the parts of pages that are made of the code, so that they cannot be wrong.
 *
 * What is between `<!-- drawn: name -->` and `<!-- end of what is drawn -->` on a page is drawn by the function of that name here.
 * A test of each compares the pages with what is drawn.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { HELP } from '../packages/endpoints/src/command/commandLine';

import { drawClientServiceStates } from './docs/clientServiceStates';
import { drawDescriptions, drawWrongDescriptions } from './docs/descriptionReference';
import { drawHappyEyeballs } from './docs/happyEyeballs';

const FOLDER = path.join(__dirname, '../docs/howto');
const DRAWN = /(<!-- drawn: ([\w-]+) -->\n)[\s\S]*?(<!-- end of what is drawn -->)/g;

/** What draws each part. */
const PARTS: Readonly<Record<string, () => string[]>> = {
  descriptions: drawDescriptions,
  'happy-eyeballs': drawHappyEyeballs,
  'client-service-states': drawClientServiceStates,
  'skein-help': () => ['```console', '$ npx skein --help', ...HELP.trimEnd().split('\n'), '```'],
  'wrong-descriptions': () => ['```console', ...drawWrongDescriptions().slice(0, -1), '```'],
};

/** A page with its drawn parts drawn anew; `names` are told which ones it has. */
export function redrawn(page: string, told: (name: string) => void = () => {}): string {
  return page.replace(DRAWN, (_all, begin: string, name: string, end: string) => {
    const draw = PARTS[name];
    if (draw === undefined) throw new Error(`nothing draws "${name}", wanted ${Object.keys(PARTS).join(', ')}`);
    told(name);
    return `${begin}\n${draw().join('\n')}\n\n${end}`.replace(/\n{3,}/g, '\n\n');
  });
}

/** The pages that have such parts, by their names in docs/howto. */
export function pagesWithDrawnParts(): Map<string, string> {
  const pages = readdirSync(FOLDER).map((name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')] as const);
  return new Map(pages.filter(([, text]) => text.includes('<!-- drawn: ')));
}

if (require.main === module) {
  for (const [name, text] of pagesWithDrawnParts()) writeFileSync(path.join(FOLDER, name), redrawn(text));
}
