import type { Disconnectable } from './services';

/** All that is open in a reactor: connections, attempts to connect, listening ports. */
export class OpenThings extends Set<Disconnectable> {
  /** Called when something has been closed and taken out. */
  whenClosed: (() => void) | null = null;

  override delete(thing: Disconnectable): boolean {
    const was = super.delete(thing);
    if (was) this.whenClosed?.();
    return was;
  }
}
