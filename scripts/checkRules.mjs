/**
 * `npm run rules`: plants a violation of each of the project's own rules, and fails when one goes unnoticed.
 * A rule that never fires looks exactly like a rule that is kept. What must be allowed is planted as well.
 */
import { checkDocsRules } from './rules/docs.mjs';
import { checkLayerRules } from './rules/layers.mjs';
import { checkLeakRules } from './rules/leaks.mjs';
import { checkLintRules } from './rules/lint.mjs';

const areas = { lint: checkLintRules, layers: checkLayerRules, leaks: checkLeakRules, docs: checkDocsRules };
const asked = process.argv.slice(2);

let failed = 0;
for (const [name, check] of Object.entries(areas)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { planted, misses } = await check();
  console.log(`${name}: ${planted} planted, ${misses.length} misjudged`);
  for (const miss of misses) console.log(`  ${miss}`);
  failed += misses.length;
}
process.exitCode = failed === 0 ? 0 : 1;
