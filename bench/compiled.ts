/**
 * The servers and loads of the benchmarks as JavaScript, over the built packages: a process that also holds a compiler has a
 * large heap to look after, and does not say what the server itself takes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const ROOT = path.join(__dirname, '..');
/** Inside the repository, so that the packages are found from there. */
const OUT = path.join(ROOT, 'node_modules', '.cache', 'skein-bench');
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
};

let isBuilt = false;

/** The JavaScript of `bench/<name>.ts`, for example `servers/netEcho`. Builds all there is, the first time. */
export function compiled(name: string): string {
  if (!isBuilt) build();
  isBuilt = true;
  return path.join(OUT, `${name}.js`);
}

function build(): void {
  execFileSync(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  for (const folder of ['.', 'servers', 'load']) {
    mkdirSync(path.join(OUT, folder), { recursive: true });
    for (const file of readdirSync(path.join(__dirname, folder))) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(path.join(__dirname, folder, file), 'utf8');
      const { outputText } = ts.transpileModule(source, { compilerOptions: OPTIONS, fileName: file });
      writeFileSync(path.join(OUT, folder, file.replace(/\.ts$/, '.js')), outputText);
    }
  }
}
