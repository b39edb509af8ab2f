/**
 * Loading the user's module: CommonJS, ES modules, and TypeScript where something can run it.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { Ending, ExitStatus } from './exitStatus';

/** What makes `require` take TypeScript, the fastest first. */
const COMPILERS = ['tsx/cjs', 'ts-node/register/transpile-only'];

/** The exports of a module: a path (from the working directory) or a package. Throws `Ending`. */
export async function loadModule(name: string): Promise<Record<string, unknown>> {
  const fromHere = createRequire(join(process.cwd(), 'package.json'));
  const path = find(name, fromHere);
  if (/^\.[cm]?ts$/.test(extname(path))) prepareForTypeScript(path, fromHere);
  try {
    return await load(path, fromHere);
  } catch (error) {
    throw new Ending(ExitStatus.SOFTWARE, `cannot load "${name}": ${described(error)}`, { cause: error });
  }
}

function find(name: string, fromHere: NodeJS.Require): string {
  const path = resolve(name);
  if (extname(path) !== '' && existsSync(path)) return path;
  try {
    return fromHere.resolve(/^[./]/.test(name) ? path : name);
  } catch (error) {
    const looked = /^[./]/.test(name) ? path : `a package "${name}" (a file begins with "./")`;
    throw new Ending(ExitStatus.NO_INPUT, `there is no module "${name}": looked for ${looked}`, { cause: error });
  }
}

async function load(path: string, fromHere: NodeJS.Require): Promise<Record<string, unknown>> {
  try {
    return fromHere(path) as Record<string, unknown>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    // eslint-disable-next-line no-restricted-syntax -- an ES module that cannot be required; which one is known only now
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  }
}

/** Finds something that runs TypeScript: this Node, what the program was started with, or a compiler beside the module. */
function prepareForTypeScript(path: string, fromHere: NodeJS.Require): void {
  const { typescript } = process.features as { typescript?: unknown };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- compilers hook in here, and nothing else tells
  const extensions = require.extensions as Readonly<Record<string, unknown>>;
  if (extensions['.ts'] !== undefined || (typescript !== undefined && typescript !== false)) return;
  for (const compiler of COMPILERS) {
    let found: string;
    try {
      found = createRequire(path).resolve(compiler);
    } catch {
      continue;
    }
    fromHere(found);
    return;
  }
  throw new Ending(
    ExitStatus.CONFIG,
    `nothing here runs TypeScript, which "${path}" is: install tsx (npm install --save-dev tsx), ` +
      'or compile it and run the .js file, or use Node 22.18 or later',
  );
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
