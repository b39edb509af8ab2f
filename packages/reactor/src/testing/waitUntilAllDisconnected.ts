/**
 * `waitUntilAllDisconnected`: for tests that must not end before their connections have.
 *
 * @twisted twisted.internet.testing.waitUntilAllDisconnected
 */
import type { Deferred } from '../defer/deferred';
import type { IReactorTime } from '../interfaces';
import { LoopingCall } from '../task/loopingCall';

/** Seconds between two looks. */
const INTERVAL = 0.01;

/** A Deferred that fires when none of the protocols' transports is connected any more. Looks at once, and then by `clock`. */
export function waitUntilAllDisconnected(
  clock: IReactorTime,
  protocols: Iterable<{ readonly transport: { readonly connected: boolean } | null }>,
): Deferred {
  const all = [...protocols];
  const looking = new LoopingCall(() => {
    if (!all.some(({ transport }) => transport?.connected === true)) looking.stop();
  });
  looking.clock = clock;
  return looking.start(INTERVAL);
}
