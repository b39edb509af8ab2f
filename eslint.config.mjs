import { builtinModules } from 'node:module';

import js from '@eslint/js';
import prettier from 'eslint-config-prettier/flat';
import jestPlugin from 'eslint-plugin-jest';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

import moduleHeader from './scripts/eslint/moduleHeader.mjs';

// Four parts: what the language is used for, what the core may not touch, tests, and JavaScript.
// `npm run rules` plants a violation of every rule of this project's own and fails when one goes unnoticed.
// The layers are not kept here but in .dependency-cruiser.cjs.

const CORE = ['packages/{reactor,protocols,endpoints}/src/**/*.ts'];
const DRIVERS = ['packages/reactor/src/drivers/**'];

// A name that begins with `_` says that it is there for its place only.
const UNUSED = { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true };

// ------------------------------------------------------------------------------------------------ the core's outside world

const TIME = 'take a `clock: IReactorTime` parameter';
const TIMERS = `${TIME} and call clock.callLater(seconds, f)`;
const SOON = `${TIME} and call clock.callLater(0, f), or buffer and let the reactor flush at the end of the turn`;
const CLOCK = `${TIME} and call clock.seconds()`;
const CHANCE = 'chance is a parameter too: take it from reactor.random()';
const LOG = 'use a Logger of @skein/reactor/logger: its observers decide where a message goes';
const WORLD =
  'the core touches the world only through a driver: add a capability to the seam and implement it in drivers/';

const forbiddenGlobals = {
  checkGlobalObject: true,
  globals: [
    ...['setTimeout', 'setInterval'].map((name) => ({ name, message: TIMERS })),
    ...['clearTimeout', 'clearInterval', 'clearImmediate'].map((name) => ({ name, message: `${TIMERS}; cancel() it` })),
    ...['setImmediate', 'queueMicrotask', 'MessageChannel', 'scheduler'].map((name) => ({ name, message: SOON })),
    { name: 'performance', message: CLOCK },
    { name: 'crypto', message: CHANCE },
    { name: 'console', message: LOG },
    { name: 'process', message: `${WORLD}. (For process.nextTick: ${SOON}; for process.hrtime: ${CLOCK}.)` },
    ...['fetch', 'WebSocket', 'EventSource', 'navigator'].map((name) => ({ name, message: WORLD })),
  ],
};
const forbiddenProperties = [
  { object: 'Date', property: 'now', message: CLOCK },
  { object: 'Math', property: 'random', message: CHANCE },
  { object: 'AbortSignal', property: 'timeout', message: TIMERS },
  { object: 'Atomics', property: 'wait', message: TIMERS },
  { object: 'Atomics', property: 'waitAsync', message: TIMERS },
];
const forbiddenSyntax = [
  { selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]', message: CLOCK },
  { selector: 'ImportExpression', message: `import statically; if it is for the world outside: ${WORLD}` },
];
// (A WeakMap is no state: it keeps what belongs to objects that others own.)
const moduleState = [
  '[kind="let"]',
  ' > VariableDeclarator > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]',
  ' > VariableDeclarator > ArrayExpression[elements.length=0]',
].map((made) => ({
  selector: `:matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration${made}`,
  message: 'no mutable module state: keep it in the reactor, or in an object that the caller makes and owns',
}));
const HARMLESS_MODULES = 'assert async_hooks buffer diagnostics_channel events path string_decoder url util'.split(' ');
/** Matches the names of Node's modules but the allowed ones; without `node:`, of those that this Node has. */
const nodeModulesBut = (allowed) => {
  const bare = builtinModules.filter((name) => !/^(node:|_)/.test(name) && !allowed.includes(name.split('/')[0]));
  return `^(node:(?!(${allowed.join('|')})(/|$))|(${bare.join('|')})$)`;
};
const forbiddenImports = [
  { regex: nodeModulesBut(HARMLESS_MODULES), allowTypeImports: true, message: WORLD },
  { regex: '^\\.{1,2}/.*\\.[cm]?[jt]s$', message: 'relative imports have no extension: ts-node resolves them so' },
];

// -------------------------------------------------------------------------------------------------------- faces of packages

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: "export it by its name: Twisted's names are the documentation",
};
const noExportStar = {
  selector: 'ExportAllDeclaration[exported=null]',
  message: 'list what is public, name by name: a face is read, and its list is the contract',
};

export default defineConfig(
  globalIgnores(['**/dist', '**/coverage', 'docs/api']),
  js.configs.recommended,
  { rules: { 'no-unused-vars': ['error', UNUSED] } },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  // ---------------------------------------------------------------------------------------------------------- TypeScript
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.test.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',

      // Switched off or loosened, each because it fights something this project means:
      // Callbacks that do nothing until a subclass says otherwise are what a protocol is made of.
      '@typescript-eslint/no-empty-function': 'off',
      // Fields change while user code runs, which narrowing does not see; and callers from JavaScript pass anything.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `noUncheckedIndexedAccess` is on; the index of a heap or a buffer is often known to be good.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `(result) => this.done(result)` and `return this.lost()` are how Twisted code reads.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A Deferred carries any value, and gives back the one it was failed with.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // Messages say numbers.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A Deferred is a thenable that nobody has to await: `if (deferred)` and callbacks that return one are Twisted.
      '@typescript-eslint/no-misused-promises': ['error', { checksConditionals: false, checksVoidReturn: false }],
      // `x as string` says what `x!` is; both are claims, and either may read better.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // The caller knows which address it is: `port.getHost() as IPv4Address`.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Overloads are documented one by one.
      '@typescript-eslint/unified-signatures': 'off',
      // A walk along a chain begins here: `let current = this`.
      '@typescript-eslint/no-this-alias': ['error', { allowedNames: ['current'] }],
      // Twisted's classes with class attributes (`protocol`, `noisy`) are overridden by fields.
      '@typescript-eslint/class-literal-property-style': 'off',
      '@typescript-eslint/no-unused-vars': ['error', UNUSED],
    },
  },
  {
    files: ['packages/*/src/**/index.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, noExportStar],
      // Faces export what Twisted still has, deprecated or not.
      '@typescript-eslint/no-deprecated': 'off',
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    plugins: { skein: { rules: { 'module-header': moduleHeader } } },
    rules: { 'skein/module-header': 'error' },
  },

  {
    // Cases of a suite are async by type.
    files: ['packages/*/src/testing/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },

  // ---------------------------------------------------------- the core: no time, no chance, no I/O (ARCHITECTURE.md §2.4)
  {
    files: CORE,
    ignores: DRIVERS,
    rules: {
      'no-restricted-globals': ['error', forbiddenGlobals],
      'no-restricted-properties': ['error', ...forbiddenProperties],
      'no-restricted-syntax': ['error', noDefaultExport, ...forbiddenSyntax, ...moduleState],
      'no-console': 'off', // no-restricted-globals says it with advice
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: forbiddenImports }],
    },
  },
  {
    files: CORE.map((glob) => glob.replace('*.ts', 'index.ts')),
    ignores: DRIVERS,
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, noExportStar, ...forbiddenSyntax, ...moduleState] },
  },
  // Exceptions, one file at a time, each with its reason.
  except('reactor/src/logger/standardError.ts', 'the observer of last resort writes to it', { globals: ['process'] }),
  except('reactor/src/task/processExit.ts', '`react` ends the process, as in Twisted', { globals: ['process'] }),
  except('reactor/src/defer/filesystemLock.ts', 'a lock that is a file', { globals: ['process'], modules: ['fs'] }),
  except('reactor/src/ssl/pemFiles.ts', "certificates and keys are named by their files, as in Twisted's factories", {
    modules: ['fs'],
  }),
  except('reactor/src/ssl/x509.ts', 'certificates and keys are read, hashed and compared: no randomness', {
    modules: ['crypto'],
  }),
  except('reactor/src/defer/deferred.ts', 'functions that its static block sets once, for its friends', {
    state: true,
  }),
  except('reactor/src/streams/*.ts', "it turns connections into Node's streams, which touch no world of their own", {
    modules: ['stream'],
  }),
  except('endpoints/src/description/certificateFiles.ts', 'descriptions name certificates and keys by their files', {
    modules: ['fs'],
  }),
  except('endpoints/src/description/installedParsers.ts', 'plugins are found in installed packages', {
    globals: ['process'],
    modules: ['fs', 'module'],
  }),
  except('endpoints/src/systemd/inherited.ts', 'systemd says in the environment what it has handed over', {
    globals: ['process'],
  }),
  except('endpoints/src/command/bin.ts', 'the command is a program of its own', {
    globals: ['process'],
    modules: ['fs'],
  }),
  except('endpoints/src/command/loadModule.ts', 'the command loads a module from where it was started', {
    globals: ['process'],
    modules: ['fs', 'module'],
  }),
  except('endpoints/src/command/logOutput.ts', 'the command logs to a file', { modules: ['fs'] }),
  except('endpoints/src/command/pidFile.ts', 'the command writes which process it is', {
    globals: ['process'],
    modules: ['fs'],
  }),
  except('endpoints/src/command/privileges.ts', 'the command becomes another user', { globals: ['process'] }),
  except('endpoints/src/command/thisProcess.ts', "the command counts its process' signals", {
    globals: ['process'],
    modules: ['os'],
  }),
  except('endpoints/src/websocket/handshakeKeys.ts', 'a nonce and a hash prove that both sides speak the protocol', {
    modules: ['crypto'],
  }),
  except('endpoints/src/websocket/pageFile.ts', 'a description names the page by its file', { modules: ['fs'] }),
  except('reactor/src/default.ts', 'the methods of the one `reactor`, bound once each', { state: true }),
  except('reactor/src/testing/jest/leaveNothingBehind.ts', 'after a test it waits for what is being closed', {
    globals: ['setImmediate'],
  }),
  except('reactor/src/logger/capture.ts', 'collectors of errors, shared by the tests of a process', { state: true }),

  // --------------------------------------------------------------------------------------------------------------- tests
  {
    files: ['packages/*/test/**/*.test.ts'],
    extends: [jestPlugin.configs['flat/recommended']],
    rules: {
      'jest/no-disabled-tests': 'error',
      'jest/no-commented-out-tests': 'error',
      // A test asserts through `expect`, or through what is named as a claim: `expectCompliance(…)`, `client.receives('…')`.
      'jest/expect-expect': [
        'error',
        {
          assertFunctionNames: [...['expect', 'assert', 'receives', 'ends', 'is', 'says'].flatMap(claims), 'fc.assert'],
        },
      ],
      'jest/valid-title': ['error', { disallowedWords: ['should'] }],
    },
  },
  {
    files: ['packages/*/test/**/*.ts'],
    rules: {
      // `expect(spy.method)` and handing a method to a fake are what tests do.
      '@typescript-eslint/unbound-method': 'off',
      // `await` for a later turn of the loop; stubs that are async by type only.
      '@typescript-eslint/require-await': 'off',
      // What a test throws or rejects with is often no Error, on purpose.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },

  // ---------------------------------------------------------------------------------------------------------- JavaScript
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: nodeGlobals('process', 'console', 'performance', 'setTimeout', 'URL') },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs', globals: nodeGlobals('module', 'require', '__dirname') },
  },
  prettier,
);

function nodeGlobals(...names) {
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}

/** Patterns of functions and methods whose names begin so. */
function claims(verb) {
  return [`${verb}*`, `**.${verb}*`];
}

/** Lets one file of the core use some globals or modules, or keep state. The reason is for readers. */
function except(file, _reason, { globals = [], modules = [], state = false }) {
  const { globals: all, ...how } = forbiddenGlobals;
  const [worldly, ...others] = forbiddenImports;
  const imports = [{ ...worldly, regex: nodeModulesBut([...HARMLESS_MODULES, ...modules]) }, ...others];
  return {
    files: [`packages/${file}`],
    rules: {
      'no-restricted-globals': ['error', { ...how, globals: all.filter(({ name }) => !globals.includes(name)) }],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: imports }],
      'no-restricted-syntax': ['error', noDefaultExport, ...forbiddenSyntax, ...(state ? [] : moduleState)],
    },
  };
}
