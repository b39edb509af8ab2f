/**
 * Ends the run with its counts alone on the last line: `312 passed, 0 failed`, and `, 1 skipped` where tests were.
 * A test file that could not be run, or that left something behind, counts as one failure.
 * With SKEIN_COUNTS=<file> the line is written there too, for `npm run ok`.
 */
const { writeFileSync } = require('node:fs');

module.exports = class CountsReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    if (process.env.SKEIN_COUNTS) writeFileSync(process.env.SKEIN_COUNTS, `${line}\n`);
    // jest prints its own summary after the reporters of the configuration have had their turn.
    process.once('exit', () => process.stdout.write(`\n${line}\n`));
  }
};
