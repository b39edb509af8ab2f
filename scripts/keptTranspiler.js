/**
 * ts-node's way to JavaScript (`"ts-node"` in tsconfig.base.json): what TypeScript made of a file is kept under
 * node_modules/.cache by the file's content, so that a program starts in a fraction of the time from the second run on.
 * The tests start a hundred programs.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

const FOLDER = join(__dirname, '../node_modules/.cache/skein/transpiled');

/** A ts-node transpiler: see its `TranspilerModule`. */
exports.create = ({ service }) => {
  const compilerOptions = { ...service.config.options, module: ts.ModuleKind.Node20, sourceMap: true };
  const compiler = `${ts.version} ${JSON.stringify(compilerOptions)}`;
  return {
    transpile(code, { fileName }) {
      const name = createHash('sha256').update(`${compiler}\n${fileName}\n${code}`).digest('hex');
      const path = join(FOLDER, `${name}.json`);
      const kept = readKept(path);
      if (kept !== undefined) return kept;
      const { outputText, sourceMapText, diagnostics } = ts.transpileModule(code, {
        fileName,
        compilerOptions,
        reportDiagnostics: true,
      });
      if (diagnostics.length === 0) keep(path, JSON.stringify({ outputText, sourceMapText }));
      return { outputText, sourceMapText, diagnostics };
    },
  };
};

function readKept(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // not there yet
  }
}

/** Whole or not at all: programs that start at the same time write the same file. */
function keep(path, text) {
  try {
    mkdirSync(FOLDER, { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch {
    // A folder that cannot be written to costs time and nothing else.
  }
}
