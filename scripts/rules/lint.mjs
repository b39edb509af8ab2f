/** Snippets that ESLint must judge as written here, in files that need not exist. */
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const CORE = 'packages/reactor/src/core/planted.ts';
const DRIVER = 'packages/reactor/src/drivers/node/planted.ts';
const EXAMPLE = 'packages/examples/src/planted.ts';
const FACE = 'packages/protocols/src/basic/index.ts';
const TEST = 'packages/reactor/test/planted.test.ts';

/** Per case: the file, the code, and a piece of the message that must come, or null when nothing may be said. */
const CASES = [
  [CORE, 'export const f = () => setTimeout(f, 1);', 'clock.callLater(seconds, f)'],
  [CORE, 'export const f = () => setInterval(f, 1);', 'clock.callLater(seconds, f)'],
  [CORE, 'export const f = () => globalThis.setTimeout(f, 1);', 'clock.callLater(seconds, f)'],
  [CORE, 'export const f = (t) => clearTimeout(t);', 'cancel() it'],
  [CORE, 'export const f = () => setImmediate(f);', 'clock.callLater(0, f)'],
  [CORE, 'export const f = () => queueMicrotask(f);', 'clock.callLater(0, f)'],
  [CORE, 'export const f = () => process.nextTick(f);', 'process.nextTick: take a `clock'],
  [CORE, 'export const f = () => process.hrtime.bigint();', 'clock.seconds()'],
  [CORE, 'export const f = () => Date.now();', 'clock.seconds()'],
  [CORE, 'export const f = () => new Date();', 'clock.seconds()'],
  [CORE, 'export const f = (seconds) => new Date(seconds * 1000);', null],
  [CORE, 'export const f = () => performance.now();', 'clock.seconds()'],
  [CORE, 'export const f = () => AbortSignal.timeout(1);', 'clock.callLater(seconds, f)'],
  [CORE, 'export const f = () => Math.random();', 'reactor.random()'],
  [CORE, 'export const f = () => crypto.randomUUID();', 'reactor.random()'],
  [CORE, 'export const f = () => console.log(1);', 'use a Logger'],
  [CORE, "import { connect } from 'node:net'; export const f = connect;", 'only through a driver'],
  [CORE, "import { connect } from 'net'; export const f = connect;", 'only through a driver'],
  [CORE, "import { setTimeout } from 'node:timers/promises'; export const f = setTimeout;", 'only through a driver'],
  [CORE, "export { readFile } from 'node:fs/promises';", 'only through a driver'],
  [CORE, "export const f = () => import('node:dns');", 'only through a driver'],
  ...[
    'tls',
    'dgram',
    'dns',
    'fs',
    'child_process',
    'timers',
    'worker_threads',
    'cluster',
    'http',
    'https',
    'http2',
  ].map((name) => [CORE, `import * as m from 'node:${name}'; export const f = m;`, 'only through a driver']),
  ...['os', 'readline', 'repl', 'inspector', 'process', 'crypto', 'perf_hooks', 'sqlite', 'dns/promises'].map(
    (name) => [CORE, `import * as m from 'node:${name}'; export const f = m;`, 'only through a driver'],
  ),
  ...['util', 'buffer', 'async_hooks', 'diagnostics_channel'].map((name) => [
    CORE,
    `import * as m from 'node:${name}'; export const f = m;`,
    null,
  ]),
  [CORE, "import type { Socket } from 'node:net'; export type S = Socket;", null],
  [CORE, 'let count = 0; export const f = () => (count += 1);', 'no mutable module state'],
  [CORE, 'export const seen = new Map();', 'no mutable module state'],
  [CORE, 'export const seen = [];', 'no mutable module state'],
  [CORE, 'export const seen = new WeakMap();', null],
  [FACE, 'let count = 0; export const f = () => (count += 1);', 'no mutable module state'],
  ['packages/reactor/src/default.ts', 'export const seen = new Map();', null],
  ['packages/reactor/src/default.ts', 'export const f = () => Date.now();', 'clock.seconds()'],
  [CORE, "export const names = new Map([['a', 1]]);", null],
  [CORE, "import { f } from './other.js'; export const g = f;", 'no extension'],
  [CORE, 'export const f = () => Promise.resolve(1);', null],
  [CORE.replace('reactor/src/core', 'protocols/src/basic'), 'export const f = () => Date.now();', 'clock.seconds()'],
  [CORE.replace('reactor/src/core', 'endpoints/src'), 'export const f = () => Date.now();', 'clock.seconds()'],
  [DRIVER, "import { connect } from 'node:net'; export const f = () => setTimeout(connect, Date.now());", null],
  [EXAMPLE, 'export const f = () => console.log(Date.now());', null],
  ['packages/reactor/src/logger/standardError.ts', 'export const f = (s) => process.stderr.write(s);', null],
  ['packages/reactor/src/logger/standardError.ts', 'export const f = () => Date.now();', 'clock.seconds()'],
  ['packages/reactor/src/logger/standardError.ts', 'export const f = () => setTimeout(f, 1);', 'clock.callLater'],
  ['packages/reactor/src/defer/filesystemLock.ts', "import { rm } from 'node:fs'; export const f = rm;", null],
  [
    'packages/reactor/src/defer/filesystemLock.ts',
    "import { connect } from 'node:net'; export const f = connect;",
    'driver',
  ],

  [CORE, 'export default 1;', 'export it by its name'],
  [EXAMPLE, 'export default 1;', 'export it by its name'],
  [FACE, "export * from './lineReceiver';", 'name by name'],
  [FACE, "export * as defer from './defer';", null],
  [FACE, 'export const f = () => setTimeout(f, 1);', 'clock.callLater(seconds, f)'],
  [FACE, 'export const f = () => new Date();', 'clock.seconds()'],
  [CORE, 'export const f = (x: any): void => { void x; };', 'Unexpected any'],
  [CORE, "import { I } from './i'; export const f = (i: I) => i;", 'import type'],
  [CORE, '//// no header\nexport const f = 1;', 'open the module with a doc comment'],
  [CORE, "////\nimport { f } from './f';\n/** What it is. */\nexport const g = f;", null],
  [TEST, "it.skip('Deferred fires', () => { expect(1).toBe(1); });", 'skip'],
  [TEST, "it.only('Deferred fires', () => { expect(1).toBe(1); });", 'focused'],
  [TEST, "it('Deferred fires', () => { 1 + 1; });", 'no assertions'],
];

export async function checkLintRules() {
  // Without types, which files that do not exist cannot have.
  const eslint = new ESLint({ overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] });
  const misses = [];
  for (const [filePath, code, wanted] of CASES) {
    const text = code.startsWith('//') ? code : `/** Planted. */\n${code}\n`;
    const [{ messages }] = await eslint.lintText(text, { filePath });
    const said = messages.map(({ message }) => message);
    const right = wanted === null ? said.length === 0 : said.some((message) => message.includes(wanted));
    if (!right)
      misses.push(
        `${filePath}: ${code}\n    wanted: ${wanted ?? 'silence'}\n    said: ${said.join(' | ') || 'nothing'}`,
      );
  }
  return { planted: CASES.length, misses };
}
