/**
 * The clock of a policy. Internal to `policies`.
 */
import { currentReactor } from '@skein/reactor';
import type { IReactorTime } from '@skein/reactor/interfaces';

/** Where a policy takes the time from. */
export interface ClockOptions {
  /** What schedules the calls; default: the installed reactor. */
  readonly clock?: IReactorTime | null;
}

/** The clock that was given, or the installed reactor. */
export function clockOf(clock: IReactorTime | null): IReactorTime {
  return clock ?? currentReactor();
}
