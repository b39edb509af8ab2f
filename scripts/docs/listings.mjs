/** Pieces of source files, as pages show them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of a file, or of a region of it. Throws an Error when there is no such thing. */
export function listingOf(root, file, region) {
  if (!existsSync(join(root, file))) throw new Error(`no such file: "${file}"`);
  let lines = readFileSync(join(root, file), 'utf8').split('\n');
  if (region === undefined) {
    lines = lines
      .join('\n')
      .replace(/^(#!.*\n)?\s*(\/\*\*[\s\S]*?\*\/\s*)?/, '')
      .trimEnd()
      .split('\n');
  } else {
    const start = lines.findIndex((line) => opened(line) === region);
    if (start === -1) throw new Error(`"${file}" has no region "${region}"`);
    let depth = 1;
    let end = start;
    while (depth > 0) {
      end += 1;
      if (end === lines.length) throw new Error(`"${file}": the region "${region}" does not end`);
      if (opened(lines[end])) depth += 1;
      if (/^\s*(\/\/|#)\s*#endregion/.test(lines[end])) depth -= 1;
    }
    lines = lines.slice(start + 1, end);
  }
  lines = lines.filter((line) => !/^\s*(\/\/|#)\s*#(end)?region\b/.test(line));
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin));
}

const opened = (line) => /^\s*(?:\/\/|#)\s*#region\s+(\S+)/.exec(line)?.[1];
