/**
 * Protocols as a sequence of fixed-size pieces.
 *
 * @twisted twisted.protocols.stateful
 */
import { NotImplementedError, RuntimeError } from '@skein/reactor/error';
import type { ITransport } from '@skein/reactor/interfaces';

import { UnreadBytes } from './basic/unreadBytes';
import { Protocol } from './protocol';

/** Who takes the next piece, and of how many bytes it is. The function returns the next state, or null to stay. */
export type SfulState = readonly [take: (bytes: Buffer) => SfulState | null | undefined, size: number];

/**
 * Receives pieces of known sizes: each state is a function and the number of bytes it wants.
 *
 * Once the connection is being lost, what has arrived already is not delivered.
 *
 * @twisted twisted.protocols.stateful.StatefulProtocol
 *
 * @example
 * class Records extends StatefulProtocol {
 *   override getInitialState(): SfulState {
 *     return [(head) => [(body) => this.recordReceived(body), head.readUInt16BE()], 2];
 *   }
 * }
 */
export class StatefulProtocol extends Protocol {
  #state: SfulState | null = null;
  readonly #unread = new UnreadBytes();
  #busy = false;

  override makeConnection(transport: ITransport): void {
    super.makeConnection(transport);
    this.#state = this.getInitialState();
  }

  /** The first state. To be overridden. */
  getInitialState(): SfulState {
    throw new NotImplementedError(`"${this.logPrefix()}" has no states, wanted a getInitialState method`);
  }

  /** Takes bytes, in any division, and calls the present state with what it wants. From inside that it only appends. */
  override dataReceived(data: Buffer): void {
    this.#unread.append(data);
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#deliver();
    } finally {
      this.#busy = false;
      this.#unread.trim();
    }
  }

  #deliver(): void {
    const unread = this.#unread;
    for (let state = this.#state; state !== null && unread.length >= state[1]; state = this.#state) {
      const [take, size] = state;
      const { start } = unread;
      unread.start = start + size;
      const next = take(unread.bytes.subarray(start, start + size)) ?? null;
      if (next !== null) this.#state = next;
      else if (size === 0) {
        throw new RuntimeError('cannot stay in a state that wants 0 bytes, wanted the next state');
      }
      if (this.transport.disconnecting) return;
    }
  }
}
