// The layers of ARCHITECTURE.md §2, as rules. `npm run arch` checks them, and `npm run rules` plants a violation of each.
//
//   examples ──▶ endpoints ──▶ protocols ──▶ reactor          imports go right, never left
//   R6 ──▶ R5 ──▶ R4 ──▶ R3 ──▶ R2 ──▶ R1 ──▶ R0              inside reactor they go down, never up
//
// Type-only imports count like others: what a layer is written against, it depends on. The one exception is named below.

const SRC = '^packages/reactor/src/';

/** From the bottom up. Every file of the reactor belongs to one of them. */
const LAYERS = [
  {
    name: 'R0',
    what: 'interfaces, failure, errors, addresses, logger',
    holds: '(interfaces|logger)/|(failure|error|builtinErrors|brand|address|ipAddress)[.]ts$',
  },
  { name: 'R1', what: 'defer, time, task, ssl, current', holds: '(defer|time|task|ssl)/|current[.]ts$' },
  { name: 'R2', what: 'driver, the seam', holds: 'driver/' },
  { name: 'R3', what: 'drivers', holds: 'drivers/' },
  { name: 'R4', what: 'core', holds: 'core/' },
  {
    name: 'R5',
    what: 'reactor.ts, streams, testing, simulation',
    holds: '(streams|testing|simulation)/|reactor[.]ts$',
  },
  { name: 'R6', what: 'default.ts, index.ts', holds: '(default|index)[.]ts$' },
];
const path = (layer) => `${SRC}(${layer.holds})`;

/** Packages that only those install who use a part that needs them, and the one file that loads each. */
const OPTIONAL_PEERS = [
  { peer: 'ws', user: '^packages/endpoints/src/websocket/wsPackage[.]ts$' },
  // It comes with jest; named in types only.
  { peer: 'expect', user: '^packages/reactor/src/testing/jest/types[.]ts$' },
];

const PACKAGES = ['reactor', 'protocols', 'endpoints', 'examples'];

const packageRules = PACKAGES.slice(0, -1).map((name, height) => {
  const above = PACKAGES.slice(height + 1);
  return {
    name: `${name}-below-${above.join('-and-')}`,
    comment:
      `Packages import rightwards: examples → endpoints → protocols → reactor. ${name} may not know ${above.join(', ')}: ` +
      'take what you need as an argument typed by an interface of a lower package, or move the code up.',
    severity: 'error',
    from: { path: `^packages/${name}/(src|test)/` },
    to: { path: `^packages/(${above.join('|')})/` },
  };
});

const layerRules = LAYERS.slice(0, -1).map((layer, height) => {
  const above = LAYERS.slice(height + 1);
  const below = LAYERS.slice(0, height).filter(({ name }) => name !== 'R3' || layer.name === 'R6');
  return {
    name: `${layer.name}-imports-down`,
    comment:
      `${layer.name} (${layer.what}) may import ${below.length > 0 ? below.map(({ name }) => name).join(', ') : 'only its own layer'}` +
      ', never a layer above it: move what both need down, or have it passed in, typed by an interface of R0 or by the seam.',
    severity: 'error',
    from: { path: path(layer) },
    to: {
      path: above.map(path),
      // IListeningPort.stopListening returns a Deferred: R0's interfaces name that type, as Twisted's own do under
      // TYPE_CHECKING. Nothing of it is left at run time.
      ...(layer.name === 'R0' && { pathNot: `${SRC}defer/` }),
    },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...packageRules,
    ...layerRules,
    {
      name: 'R0-names-deferred-in-types-only',
      comment:
        'R0 may not run defer (R1). Interfaces may name its types (`import type`), as Twisted does under TYPE_CHECKING; ' +
        'nothing else in R0 may know it.',
      severity: 'error',
      from: { path: path(LAYERS[0]) },
      to: { path: `${SRC}defer/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'R0-deferred-in-interfaces-only',
      comment: 'Only interfaces/ may name the Deferred type; failure, errors, addresses and logger stand below it.',
      severity: 'error',
      from: { path: path(LAYERS[0]), pathNot: `${SRC}interfaces/` },
      to: { path: `${SRC}defer/` },
    },
    {
      name: 'drivers-are-strangers',
      comment:
        'A driver never imports another: delete one, and the rest compiles. What two drivers share belongs above the seam.',
      severity: 'error',
      from: { path: `${SRC}drivers/([^/]+)/` },
      to: { path: `${SRC}drivers/`, pathNot: `${SRC}drivers/$1/` },
    },
    {
      name: 'drivers-behind-the-seam',
      comment:
        'The core knows drivers through the seam (driver/) only: take an `IDriver`, and let the composition root choose. ' +
        'Only default.ts, index.ts, testing/, simulation/ and tests bring a driver and the core together.',
      severity: 'error',
      from: {
        path: '^packages/(reactor|protocols|endpoints)/src/',
        pathNot: `${SRC}((drivers|testing|simulation)/|(default|index)[.]ts$)`,
      },
      to: { path: `${SRC}drivers/` },
    },
    {
      name: 'every-file-has-a-layer',
      comment:
        'This file of the reactor is in no layer: put it into a folder of one, or name it in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: SRC, pathNot: LAYERS.map(path) },
      to: {},
    },
    {
      name: 'every-file-has-a-layer-too',
      comment:
        'The imported file of the reactor is in no layer: put it into a folder of one, or name it in .dependency-cruiser.cjs.',
      severity: 'error',
      from: {},
      to: { path: SRC, pathNot: LAYERS.map(path) },
    },
    {
      name: 'packages-by-name',
      comment:
        'Import another package by its published name (@skein/reactor/error), never by a path into its folder. ' +
        '(Tests may share the harness that replays recordings, packages/reactor/test/conformance: it is not published.)',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: ['^packages/$1/', '^packages/reactor/test/conformance/'],
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'src-without-tests',
      comment: 'What is published may not import tests. Fakes for users belong in testing/.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/test/' },
    },
    {
      name: 'only-eventemitter3',
      comment:
        'The core packages have one dependency at run time, eventemitter3. Others come as optional peers, by decision.',
      severity: 'error',
      from: { path: '^packages/(reactor|protocols|endpoints)/src/', pathNot: OPTIONAL_PEERS.map(({ user }) => user) },
      to: { path: 'node_modules/', pathNot: 'node_modules/(eventemitter3|@types/node)/' },
    },
    ...OPTIONAL_PEERS.map(({ user, peer }) => ({
      name: `only-${peer}-there`,
      comment: `This file is the one that may load the optional peer ${peer}, and nothing else.`,
      severity: 'error',
      from: { path: user },
      to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?${peer}/` },
    })),
    {
      name: 'no-cycles',
      comment:
        'Two modules that import each other are one idea in two files, or a part of one belongs below both. (Cycles of types alone are fine.)',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment:
        'The import leads nowhere: the file is missing, or the subpath is not among the `exports` of its package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    exclude: { path: '/(dist|coverage)/' },
    doNotFollow: { path: 'node_modules' },
    // Sees `import type` too, which compilation removes.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@skein/source', 'types', 'node', 'require', 'default'],
    },
  },
};
