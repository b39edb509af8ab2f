/**
 * The slot for the installed reactor: the one that `import { reactor } from '@skein/reactor'` means.
 *
 * @twisted twisted.internet.main.installReactor
 *
 * The slot is process-wide (a well-known symbol on `globalThis`), so that two copies of the package share one reactor.
 * Who fills it with what is no business of this file: it knows the interface only.
 */
import { ReactorAlreadyInstalledError } from './error';
import type { IReactor } from './interfaces';

interface Slot {
  installed: IReactor | null;
  makeDefault: (() => IReactor) | null;
}

const KEY = Symbol.for('@skein/reactor');

function slot(): Slot {
  const holder = globalThis as { [KEY]?: Slot };
  return (holder[KEY] ??= { installed: null, makeDefault: null });
}

/**
 * Makes `reactor` the installed one. Call it before anything touches `reactor`.
 *
 * @throws ReactorAlreadyInstalledError when one is installed already
 */
export function installReactor(reactor: IReactor): void {
  const current = slot();
  if (current.installed !== null) throw new ReactorAlreadyInstalledError('reactor already installed');
  current.installed = reactor;
}

/** The installed reactor; when there is none yet, the default one is installed. */
export function currentReactor(): IReactor {
  const current = slot();
  if (current.installed === null) {
    if (current.makeDefault === null)
      throw new Error('no reactor installed: call installReactor, or import the package');
    current.installed = current.makeDefault();
  }
  return current.installed;
}

/** Says what `currentReactor` installs when nobody has installed anything. For the composition root. */
export function setDefaultReactor(makeDefault: () => IReactor): void {
  slot().makeDefault ??= makeDefault;
}
