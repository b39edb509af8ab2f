/**
 * Notices when simulated code leaves the simulation: real time, chance, input or output.
 *
 * While a simulation is driven, the functions of `realCalls` are replaced by ones that look whether a simulated process runs
 * just then, and put back afterwards. Who took a reference before, and Node itself beneath its own functions, is not seen. The
 * names that an ES module has imported go on meaning the replacements, which then do what the originals do.
 *
 * Calls that Node's loader and jest make, for a module that is loaded late, are no business of the code under test.
 */
import { syncBuiltinESMExports } from 'node:module';

import { realCalls } from './realCalls';

/** A call that was noticed. */
export interface Leak {
  /** As people write it: `Date.now()`. */
  readonly call: string;
  readonly instead: string;
  /** Where it was called: `at Client.request (client.ts:12:30)`; empty when it is not known. */
  readonly place: string;
}

/** Who is told. */
export interface Watcher {
  /** Whether simulated code runs just now. */
  readonly isWatching: () => boolean;
  /** What it throws comes out of the call. */
  readonly leaked: (leak: Leak) => void;
}

type AnyFunction = (...args: unknown[]) => unknown;

/** One function, and what stands in its place while somebody watches. */
interface Replacement {
  readonly owner: Record<string, unknown>;
  readonly key: string;
  readonly name: string;
  readonly instead: string;
  original: unknown;
  replacement: unknown;
  /** Whether the owner has it as its own, not from a prototype. */
  isOwn: boolean;
}

const watchers: Watcher[] = [];
/** Made when somebody watches for the first time, and looked through at every installation: that is often. */
let replacements: readonly Replacement[] | null = null;

/** Begins to watch; the result ends it. What is watched may be watched by several at once. */
export function watchReality(watcher: Watcher): () => void {
  if (watchers.push(watcher) === 1) install();
  return () => {
    watchers.splice(watchers.indexOf(watcher), 1);
    if (watchers.length === 0) restore();
  };
}

function install(): void {
  const isFirst = replacements === null;
  replacements ??= prepare();
  for (const each of replacements) {
    const { owner, key } = each;
    const found = owner[key];
    if (found !== each.original) learn(each, found);
    owner[key] = each.replacement;
  }
  if (isFirst) syncBuiltinESMExports();
}

function prepare(): Replacement[] {
  return realCalls().flatMap(({ owner: it, key, name, instead }) => {
    const owner = it as Record<string, unknown>;
    // Another version of Node, or another environment, may not have it.
    if (typeof owner[key] !== 'function') return [];
    return [{ owner, key, name, instead, original: undefined, replacement: undefined, isOwn: true }];
  });
}

/** Takes what is there now, such as somebody's spy, for the original. */
function learn(each: Replacement, found: unknown): void {
  each.original = found;
  each.isOwn = Object.hasOwn(each.owner, each.key);
  each.replacement =
    typeof found === 'function'
      ? (REPLACED.get(found) ?? replace(found as AnyFunction, each.name, each.instead))
      : found;
}

function restore(): void {
  for (const { owner, key, original, replacement, isOwn } of replacements ?? []) {
    // Whoever has put something else there since (fake timers, a spy) keeps it.
    if (owner[key] !== replacement) continue;
    if (isOwn) owner[key] = original;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it shadows what the prototype has
    else delete owner[key];
  }
}

/** By the original. */
const REPLACED = new WeakMap<object, object>();

function replace(original: AnyFunction, name: string, instead: string): object {
  const replacement: AnyFunction = new Proxy(original, {
    apply(target, self, args: unknown[]) {
      notice(name, instead);
      return Reflect.apply(target, self, args);
    },
    construct(target, args: unknown[], newTarget) {
      // A date of a given time is a value like another.
      if (name !== 'new Date()' || args.length === 0) notice(name, instead);
      return Reflect.construct(target, args, newTarget === replacement ? target : newTarget) as object;
    },
  });
  REPLACED.set(original, replacement);
  // Fake timers may put it back later as what they have found.
  REPLACED.set(replacement, replacement);
  return replacement;
}

/** A call within the watcher is nobody's leak. */
let noticing = false;

function notice(call: string, instead: string): void {
  if (noticing) return;
  const watcher = watchers.findLast(({ isWatching }) => isWatching());
  if (watcher === undefined) return;
  noticing = true;
  try {
    const place = placeOf();
    if (place !== null) watcher.leaked({ call, instead, place });
  } finally {
    noticing = false;
  }
}

const NOT_THE_CODE =
  /[(\s](node:internal\/|node:timers)|[/\\]node_modules[/\\](jest|@jest|expect|graceful-fs|ts-jest)[-/\\]/;

/** The line of the stack that called; null when it was not the code under test. */
function placeOf(): string | null {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, notice);
  const frames = (holder.stack ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
  // The first is the Proxy's trap.
  const caller = frames[1] ?? '';
  return NOT_THE_CODE.test(caller) ? null : caller;
}
