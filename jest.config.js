// One project a package; every test runs from source (the `@skein/source` condition of the packages' `exports`), so
// nothing has to be built first. ts-jest only strips the types (`isolatedModules`); `npm run typecheck` checks them.
const packages = ['reactor', 'protocols', 'endpoints', 'examples'];

/** @type {import('jest').Config} */
module.exports = {
  projects: packages.map((name) => ({
    displayName: name,
    rootDir: `${__dirname}/packages/${name}`,
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    // Fails a file that leaves a handle, a timer or a signal listener behind.
    testEnvironment: `${__dirname}/scripts/jest/leakCheckedEnvironment.js`,
    // Never `import` or `require` here: jest adds them, and both at once break conditional exports.
    testEnvironmentOptions: { customExportConditions: ['@skein/source', 'node', 'node-addons'] },
    transform: { '^.+\\.[cm]?ts$': ['ts-jest', { tsconfig: `${__dirname}/tsconfig.test.json` }] },
    // A promise that is rejected and never looked at fails its test, also when it shows a turn of the loop later.
    waitForUnhandledRejections: true,
  })),
  reporters: ['default', `${__dirname}/scripts/jest/countsReporter.js`],
  // Real sockets on a busy two-core machine, where ten times what a test takes alone has been seen; one that needs longer is waiting for
  // what does not come.
  testTimeout: 30_000,
  maxWorkers: 2,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!packages/examples/**'],
};
