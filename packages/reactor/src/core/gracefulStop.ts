/**
 * A shutdown that lets connections finish: the ports close, and what is connected has a time to end by itself; what remains is
 * aborted.
 *
 * It is carried out in the `before` phase of `shutdown`, beside the program's own triggers, with the reactor still running.
 * (Not in Twisted, where an application's triggers do all of this.)
 */
import { Deferred } from '../defer/deferred';

import type { CoreServices } from './services';
import { StreamPort } from './streamPort';
import { StreamTransport } from './streamTransport';

/** Fires with null when no connection is left: at the latest soon after `seconds`. */
export function finishConnections({ open, turn }: CoreServices, seconds: number): Deferred<null> {
  const finished = new Deferred<null>();
  const look = (): void => {
    // Ports, and attempts to connect, need not finish anything.
    for (const each of open) if (each instanceof StreamTransport) return;
    open.whenClosed = null;
    if (deadline.active()) deadline.cancel();
    finished.callback(null);
  };
  const abortAll = (): void => {
    for (const each of [...open]) if (each instanceof StreamTransport) each.abortConnection();
  };
  for (const each of [...open]) if (each instanceof StreamPort) each.stopListening();
  const deadline = turn.callLater(seconds, abortAll, []);
  open.whenClosed = look;
  look();
  return finished;
}
