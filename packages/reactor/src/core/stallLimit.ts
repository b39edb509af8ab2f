/**
 * The time that a connection which is being lost may wait for a peer that takes nothing of what is still to be sent. Without it
 * such a peer holds the connection for ever, whatever `loseConnection` was called for: a policy's timeout, for instance.
 *
 * It is no limit on the flush as a whole: a peer that takes a little now and then gets everything.
 */
import type { StreamHandle } from '../driver';
import { ConnectionLost } from '../error';
import { Failure } from '../failure';
import type { IDelayedCall } from '../interfaces';

import type { Turn } from './turn';

/** Seconds; nginx's and Apache's custom. (In Twisted, for ever.) */
const STALL_TIMEOUT = 60;

export class StallLimit {
  readonly #turn: Turn;
  readonly #handle: StreamHandle;
  readonly #stalled: (reason: Failure) => void;
  #call: IDelayedCall;
  /** What the driver still had when this last looked; null: a write has ended since. */
  #unsent: number | null;

  /** @param stalled - ends the connection */
  constructor(turn: Turn, handle: StreamHandle, stalled: (reason: Failure) => void) {
    this.#turn = turn;
    this.#handle = handle;
    this.#stalled = stalled;
    this.#unsent = handle.unsent ?? 0;
    this.#call = turn.callLater(STALL_TIMEOUT, this.#look, []);
  }

  /** A write has ended. */
  moved(): void {
    this.#unsent = null;
  }

  /** The connection is over. */
  end(): void {
    if (this.#call.active()) this.#call.cancel();
  }

  readonly #look = (): void => {
    const unsent = this.#handle.unsent ?? 0;
    if (unsent === this.#unsent) {
      const message = `the peer took nothing of what was to be sent for ${String(STALL_TIMEOUT)} seconds`;
      this.#stalled(new Failure(new ConnectionLost(message)));
      return;
    }
    this.#unsent = unsent;
    this.#call = this.#turn.callLater(STALL_TIMEOUT, this.#look, []);
  };
}
