/**
 * `npm run docs:check`: every Markdown page of the repository, against the repository.
 *
 * - A code fence after `<!-- from path/to/file.ts#region -->` equals that region of that file: the lines between
 *   `// #region name` and `// #endregion`, dedented; without `#region` the whole file after its header comment.
 *   `npm run docs:write` brings the pages up to date. A marker without a fence behind it shows nothing, and is a problem.
 * - A ts or js fence has such a marker, or says why it is not run: `<!-- not run: reason -->`.
 * - Relative links lead to files that exist, and anchors to headings; `npm run x` names a script of package.json.
 * - No page names a folder of somebody's machine or a package registry's host.
 *
 * Left out: links to other sites are not fetched, and HTML in the pages is not read, but for anchors.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { anchorsOf, linksOf } from './docs/links.mjs';
import { listingOf } from './docs/listings.mjs';

const CODE = /^(ts|typescript|js|javascript|mjs|cjs|mts|cts)$/;
const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\w*)/;
const FROM = /^<!--\s*from\s+(\S+?)(?:#(\S+))?\s*-->$/;
const NOT_RUN = /^<!--\s*not run:\s*\S.*-->$/;
const NO_PAGES = /(^|\/)([.]git|node_modules|dist|coverage)$|^docs\/api$/;
const PRIVATE = [
  [/(?<![\w.])\/(work|tmp|root|home|Users|var\/folders|private)\/|[A-Z]:\\Users\\/, 'a path of one machine'],
  [/\b(registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github|artifactory|verdaccio|codeartifact)/i, "a registry's host"],
];

/**
 * Judges one page.
 *
 * @param page - its path, relative to `root`, and its text
 * @returns the problems found (`line` counts from 1), and the text with its listings brought up to date
 */
export function checkPage({ path, text }, root) {
  const problems = [];
  const say = (line, problem) => problems.push({ path, line: line + 1, problem });
  const lines = text.split('\n');
  const written = [];

  for (let at = 0; at < lines.length; at += 1) {
    const fence = FENCE.exec(lines[at]);
    if (fence === null) {
      checkProse(lines[at], (problem) => say(at, problem));
      if (FROM.test(lines[at].trim()) && !FENCE.test(lines.slice(at + 1).find((line) => line.trim() !== '') ?? '')) {
        say(at, 'no code fence follows, so that no listing is shown');
      }
      written.push(lines[at]);
      continue;
    }
    const [, indent, ticks, language] = fence;
    const end = lines.findIndex((line, i) => i > at && line.trim().startsWith(ticks));
    if (end === -1) {
      say(at, 'a code fence that is not closed');
      break;
    }
    const held = lines.slice(at + 1, end);
    const marker =
      lines
        .slice(0, at)
        .findLast((line) => line.trim() !== '')
        ?.trim() ?? '';
    const from = FROM.exec(marker);
    let listing = held;
    if (from !== null) {
      try {
        listing = listingOf(root, from[1], from[2]).map((line) => (line === '' ? '' : indent + line));
        if (listing.join('\n') !== held.join('\n')) {
          say(at, `differs from ${from[1]}${from[2] ? `#${from[2]}` : ''}; npm run docs:write brings it up to date`);
        }
      } catch (error) {
        say(at, error.message);
      }
    } else if (CODE.test(language) && !NOT_RUN.test(marker)) {
      say(
        at,
        'a listing that nothing runs: take it from a file (<!-- from path#region -->), or say <!-- not run: reason -->',
      );
    }
    held.forEach((line, i) => checkPrivate(line, (problem) => say(at + 1 + i, problem)));
    written.push(lines[at], ...listing, lines[end]);
    at = end;
  }
  return { problems, text: problems.some(({ problem }) => problem.includes('not closed')) ? text : written.join('\n') };

  function checkProse(line, sayHere) {
    checkPrivate(line, sayHere);
    for (const [, script] of line.matchAll(/\bnpm run ([\w:-]+)/g)) {
      if (!(script in scriptsOf(root))) sayHere(`package.json has no script "${script}"`);
    }
    for (const target of linksOf(line)) checkLink(target, sayHere);
  }

  function checkLink(target, sayHere) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return; // another site, or mailto:
    const [file, anchor] = target.split('#').map(decodeURIComponent);
    const full = file === '' ? null : join(root, dirname(path), file); // null: this page itself
    if (full !== null && relative(root, full).startsWith('..')) sayHere(`the link leaves the repository: "${target}"`);
    else if (full !== null && !existsSync(full)) sayHere(`the link leads nowhere: "${target}"`);
    else if (anchor && (full === null || full.endsWith('.md'))) {
      const headings = anchorsOf(full === null ? text : readFileSync(full, 'utf8'));
      if (!headings.has(anchor)) sayHere(`the page has no such heading: "${target}"`);
    }
  }
}

function checkPrivate(line, sayHere) {
  for (const [pattern, what] of PRIVATE) if (pattern.test(line)) sayHere(`${what}: "${pattern.exec(line)[0]}"`);
}

function scriptsOf(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
}

function pagesBelow(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NO_PAGES.test(path) ? [] : pagesBelow(root, path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function main() {
  const root = join(import.meta.dirname, '..');
  const pages = pagesBelow(root, '').sort();
  let found = 0;
  for (const path of pages) {
    const before = readFileSync(join(root, path), 'utf8');
    let judged = checkPage({ path, text: before }, root);
    if (process.argv.includes('--write') && judged.text !== before) {
      writeFileSync(join(root, path), judged.text);
      console.log(`${path}: brought up to date`);
      judged = checkPage({ path, text: judged.text }, root);
    }
    for (const { line, problem } of judged.problems) console.log(`${path}:${line}: ${problem}`);
    found += judged.problems.length;
  }
  console.log(`${pages.length} pages, ${found} problems`);
  process.exitCode = found === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
