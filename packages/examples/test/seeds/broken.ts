/** A workload on sources of which one has been edited: everything is loaded afresh, as jest does in isolation. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as ts from 'typescript';

import type * as Simulations from '@skein/reactor/simulation';

import type * as Workloads from '.';
import type { Variant } from './variants';

const PACKAGES = path.resolve(__dirname, '../../..');

/** The edited source, compiled. Throws when the place of the edit is not in it once. */
function edited({ file, from, to, name }: Variant): string {
  const source = readFileSync(path.join(PACKAGES, file), 'utf8');
  if (source.split(from).length !== 2) throw new Error(`'${name}': '${from}' is not once in ${file}`);
  const compilerOptions: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  return ts.transpileModule(
    source.replace(from, () => to),
    { compilerOptions, fileName: file },
  ).outputText;
}

/** What was wrong, in a line. */
function shown(message: string): string {
  const line = (message.split('\n')[1] ?? '')
    .trim()
    .replaceAll(/[^ -~]/gu, '?')
    .replaceAll(/\[[\d.]+s\]/g, '[...]');
  return line.length > 110 ? `${line.slice(0, 110)}...` : line;
}

/**
 * Runs the workload of a variant with seeds 1 to `seeds`, on the variant. Resolves with the first seed that finds it and what was
 * wrong, or with null.
 */
export async function find(variant: Variant, seeds: number): Promise<{ seed: number; message: string } | null> {
  let found: { seed: number; message: string } | null = null;
  await jest.isolateModulesAsync(async () => {
    const file = path.join(PACKAGES, variant.file);
    const code = edited(variant);
    jest.doMock(file, () => {
      const module = { exports: {} as Record<string, unknown> };
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- our own source, with an edit of our own
      const load = new Function('exports', 'require', 'module', code) as (...args: unknown[]) => void;
      load(module.exports, createRequire(file), module);
      return module.exports;
    });
    const { WORKLOADS, ROUGH } = jest.requireActual<typeof Workloads>('.');
    const { forEachSeed } = jest.requireActual<typeof Simulations>('@skein/reactor/simulation');
    const workload = WORKLOADS[variant.workload]!;
    try {
      await forEachSeed(seeds, workload, { simulation: ROUGH, checkEvery: 0, command: '' });
    } catch (error) {
      const { seed, message } = error as { seed: bigint; message: string };
      found = { seed: Number(seed), message: shown(message) };
    } finally {
      jest.dontMock(file);
    }
  });
  return found;
}
