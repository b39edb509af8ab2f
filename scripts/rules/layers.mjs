/** Imports that dependency-cruiser must judge as written here, in a workspace that exists for a moment only. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { cruise } from 'dependency-cruiser';

const PACKAGES = ['reactor', 'protocols', 'endpoints', 'examples'];
const R = 'reactor/src';

/** Per case: the importing file, what it imports (a file, or a published name), and the rule that must fire, or null. */
const CASES = [
  ['reactor/src/core/a1.ts', '@skein/protocols', 'reactor-below-protocols-and-endpoints-and-examples'],
  ['reactor/test/a2.test.ts', '@skein/protocols', 'reactor-below-protocols-and-endpoints-and-examples'],
  ['protocols/src/a3.ts', '@skein/endpoints', 'protocols-below-endpoints-and-examples'],
  ['endpoints/src/a4.ts', 'examples/src/a4.ts', 'endpoints-below-examples'],
  ['protocols/src/a5.ts', '@skein/reactor/failure', null],
  ['examples/src/a6.ts', '@skein/endpoints', null],
  ['examples/src/a7.ts', 'reactor/src/failure.ts', 'packages-by-name'],
  ['protocols/test/a10.test.ts', 'reactor/test/conformance/a10.ts', null],
  ['protocols/test/a11.test.ts', 'reactor/test/core/a11.ts', 'packages-by-name'],
  ['protocols/src/a12.ts', 'reactor/test/conformance/a12.ts', 'src-without-tests'],
  ['examples/src/a8.ts', '@skein/reactor/core/dispatch', 'resolvable'],
  ['examples/src/a9.ts', '@skein/reactor/src/failure', 'resolvable'],

  [`${R}/failure.ts`, `${R}/task/b0.ts`, 'R0-imports-down'],
  [`${R}/interfaces/b1.ts`, `${R}/driver/b1.ts`, 'R0-imports-down'],
  [`${R}/interfaces/b2.ts`, `type ${R}/defer/b2.ts`, null],
  [`${R}/interfaces/b3.ts`, `${R}/defer/b3.ts`, 'R0-names-deferred-in-types-only'],
  [`${R}/logger/b4.ts`, `type ${R}/defer/b4.ts`, 'R0-deferred-in-interfaces-only'],
  [`${R}/interfaces/b5.ts`, `type ${R}/task/b5.ts`, 'R0-imports-down'],
  [`${R}/defer/c1.ts`, `${R}/driver/c1.ts`, 'R1-imports-down'],
  [`${R}/current.ts`, `${R}/reactor.ts`, 'R1-imports-down'],
  [`${R}/task/c3.ts`, `${R}/defer/c3.ts`, null],
  [`${R}/driver/d1.ts`, `${R}/drivers/node/d1.ts`, 'R2-imports-down'],
  [`${R}/driver/d2.ts`, `type ${R}/core/d2.ts`, 'R2-imports-down'],
  [`${R}/drivers/node/e1.ts`, `${R}/core/e1.ts`, 'R3-imports-down'],
  [`${R}/drivers/node/e2.ts`, `${R}/drivers/uv/e2.ts`, 'drivers-are-strangers'],
  [`${R}/drivers/node/e3.ts`, `${R}/drivers/node/e4.ts`, null],
  [`${R}/drivers/node/e5.ts`, `${R}/driver/e5.ts`, null],
  [`${R}/core/f1.ts`, `${R}/drivers/node/f1.ts`, 'drivers-behind-the-seam'],
  [`${R}/core/f2.ts`, `type ${R}/drivers/node/f2.ts`, 'drivers-behind-the-seam'],
  [`${R}/core/f3.ts`, `${R}/reactor.ts`, 'R4-imports-down'],
  [`${R}/core/f4.ts`, `${R}/driver/f4.ts`, null],
  [`${R}/reactor.ts`, `${R}/drivers/node/g1.ts`, 'drivers-behind-the-seam'],
  [`${R}/reactor.ts`, `${R}/default.ts`, 'R5-imports-down'],
  [`${R}/testing/g2.ts`, `${R}/drivers/sim/g2.ts`, null],
  [`${R}/simulation/g3.ts`, `${R}/drivers/sim/g3.ts`, null],
  [`${R}/default.ts`, `${R}/drivers/node/h1.ts`, null],
  ['reactor/test/h2.test.ts', `${R}/drivers/node/h2.ts`, null],
  ['protocols/src/h3.ts', '@skein/reactor/drivers/node', 'drivers-behind-the-seam'],
  [`${R}/helpers.ts`, `${R}/address.ts`, 'every-file-has-a-layer'],
  [`${R}/core/i1.ts`, `${R}/misc/i1.ts`, 'every-file-has-a-layer-too'],
  [`${R}/core/i2.ts`, 'reactor/test/i2.ts', 'src-without-tests'],
  [`${R}/core/i3.ts`, 'typescript', 'only-eventemitter3'],
  [`${R}/core/i4.ts`, 'eventemitter3', null],
  ['endpoints/src/websocket/l1.ts', 'ws', 'only-eventemitter3'],
  ['endpoints/src/websocket/wsPackage.ts', 'ws', null],
  ['endpoints/src/websocket/wsPackage.ts', 'typescript', 'only-ws-there'],
  [`${R}/testing/jest/types.ts`, 'type expect', null],
  [`${R}/testing/jest/types.ts`, 'typescript', 'only-expect-there'],
  [`${R}/testing/jest/l2.ts`, 'type expect', 'only-eventemitter3'],
  [`${R}/core/i5.ts`, `${R}/core/absent`, 'resolvable'],
  [`${R}/core/j1.ts`, `${R}/core/j2.ts`, 'no-cycles'],
  [`${R}/core/j2.ts`, `${R}/core/j3.ts`, null],
  [`${R}/core/j3.ts`, `${R}/core/j1.ts`, null], // a cycle is reported once, at its first module
  [`${R}/core/k1.ts`, `type ${R}/core/k2.ts`, null],
  [`${R}/core/k2.ts`, `type ${R}/core/k1.ts`, null],
];

const root = join(import.meta.dirname, '..', '..');

export async function checkLayerRules() {
  const folder = await mkdtemp(join(tmpdir(), 'skein-layers-'));
  try {
    await plant(folder);
    return judge(await cruised(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The workspace: the real manifests, and one small module for each end of an import. */
async function plant(folder) {
  const modules = new Map();
  const add = (file, line) => modules.set(file, [...(modules.get(file) ?? ['export {};']), line]);
  for (const [from, to] of CASES) {
    const [, type = '', target] = /^(type )?(.*)$/.exec(to);
    const isFile = target.endsWith('.ts') || target.endsWith('/absent');
    const name = isFile ? `./${relative(dirname(from), target).replace(/[.]ts$/, '')}` : target;
    add(
      from,
      type
        ? `import type * as m${modules.size} from '${name}'; export type T${modules.size} = typeof m${modules.size};`
        : `import '${name}';`,
    );
    if (target.endsWith('.ts')) add(target, '');
  }
  await mkdir(join(folder, 'node_modules/@skein'), { recursive: true });
  for (const name of ['eventemitter3', 'typescript', 'ws', 'expect'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  for (const name of PACKAGES) {
    const manifest = JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8'));
    for (const entry of Object.values(manifest.exports ?? {})) {
      if (typeof entry === 'object') add(join(name, entry['@skein/source']), '');
    }
    await mkdir(join(folder, 'packages', name), { recursive: true });
    await writeFile(join(folder, 'packages', name, 'package.json'), JSON.stringify(manifest));
    await symlink(join(folder, 'packages', name), join(folder, 'node_modules/@skein', name));
  }
  await cp(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  await cp(join(root, 'tsconfig.test.json'), join(folder, 'tsconfig.test.json'));
  for (const [file, lines] of modules) {
    await mkdir(join(folder, 'packages', dirname(file)), { recursive: true });
    await writeFile(join(folder, 'packages', file), `${lines.join('\n')}\n`);
  }
}

async function cruised(folder) {
  const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
  const { enhancedResolveOptions, tsConfig: _, ...cruiseOptions } = options;
  const { output } = await cruise(
    ['packages'],
    { ...cruiseOptions, baseDir: folder, ruleSet: { forbidden }, validate: true, enhancedResolveOptions },
    enhancedResolveOptions,
  );
  return output.summary.violations;
}

function judge(violations) {
  const misses = [];
  for (const [from, to, rule] of CASES) {
    const target = to.replace(/^type /, '');
    const fired = violations
      .filter((violation) => violation.from === `packages/${from}` && leadsTo(violation, target))
      .map((violation) => violation.rule.name);
    const right = rule === null ? fired.length === 0 : fired.includes(rule);
    if (!right)
      misses.push(`${from} → ${to}\n    wanted: ${rule ?? 'silence'}\n    fired: ${fired.join(', ') || 'nothing'}`);
  }
  return { planted: CASES.length, misses };
}

/** Whether a violation is about this import: by the file's own name, which is unlike all others, or by the package's. */
function leadsTo({ to }, target) {
  if (target.endsWith('.ts')) return to === `packages/${target}`;
  if (target.endsWith('/absent')) return to.endsWith('absent');
  if (!target.startsWith('@skein/')) return to.includes(`${target}/`);
  return to.startsWith(target) || to.startsWith(`packages/${target.split('/')[1]}/`);
}
