/**
 * Parsers of descriptions in installed packages: found by a key of their `package.json`, and loaded when they are wanted.
 *
 * @twisted twisted.plugin.getPlugins
 *
 * A package says which types it has, and in which of its modules:
 *
 *     { "name": "skein-mux", "skein": { "endpoints": { "mux": "./dist/muxParser.js" } } }
 *
 * Looked at are the packages that the application depends on itself, by its own `package.json`, and no others: what comes with
 * those has no say. Only the module of the type that is wanted is loaded.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ValueError } from '@skein/reactor/error';

/** What is read of a `package.json`. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly skein?: { readonly endpoints?: Readonly<Record<string, string>> };
}

/** The folders that the application may be in: that of the program that runs, and the current one. */
export function applicationFolders(): readonly string[] {
  const [, program] = process.argv;
  return [...(program === undefined ? [] : [path.dirname(program)]), process.cwd()];
}

/**
 * What the modules of the application's packages export that say they have the type, in lower case; usually one thing of one.
 *
 * @param folders - where the application is: the nearest `package.json` from each upwards counts
 * @throws ValueError when such a module cannot be loaded
 */
export function installedExports(endpointType: string, folders: readonly string[]): readonly unknown[] {
  const applications = new Set(folders.map(nearestManifest).filter((file) => file !== null));
  return [...applications].flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = readManifest(file) ?? {};
    const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    return names.flatMap((name) => exportsOf(name, path.dirname(file), endpointType));
  });
}

/** What one package exports for a type. */
function exportsOf(name: string, application: string, endpointType: string): unknown[] {
  const file = installedManifest(name, application);
  const types = (file === null ? null : readManifest(file))?.skein?.endpoints ?? {};
  const [, module] = Object.entries(types).find(([type]) => type.toLowerCase() === endpointType) ?? [];
  if (file === null || module === undefined) return [];
  try {
    const loaded: unknown = createRequire(file)(module);
    return Object.values(loaded as object);
  } catch (error) {
    throw new ValueError(
      `cannot load endpoint type '${endpointType}' of package "${name}" from "${module}" (${(error as Error).message})`,
      { cause: error },
    );
  }
}

/** The `package.json` of the nearest folder that has one. */
function nearestManifest(folder: string): string | null {
  const file = path.join(folder, 'package.json');
  if (readManifest(file) !== null) return file;
  const parent = path.dirname(folder);
  return parent === folder ? null : nearestManifest(parent);
}

/** The `package.json` of a package, where Node would find the package. */
function installedManifest(name: string, folder: string): string | null {
  const file = path.join(folder, 'node_modules', name, 'package.json');
  if (readManifest(file) !== null) return file;
  const parent = path.dirname(folder);
  return parent === folder ? null : installedManifest(name, parent);
}

/** Null for what is not there, or is no object in JSON. */
function readManifest(file: string): Manifest | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof manifest === 'object' ? manifest : null;
  } catch {
    return null;
  }
}
