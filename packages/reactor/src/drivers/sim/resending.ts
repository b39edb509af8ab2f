/**
 * What of a flow does not get through, and is sent again: there is one of these only while something does not.
 *
 * One piece is stuck, and tried again after waits that double; what comes after it waits behind it, in order. What a link holds
 * is kept apart: nothing is wrong with it.
 */
import type { Link } from './fabric';
import type { Piece } from './flowEnds';
import type { SimWorld } from './simWorld';

/** What a flow does for its resending. */
export interface ResendingFlow {
  /** Sends a piece, now. */
  send(piece: Piece): void;
  /** Sends what has waited, once nothing is stuck. */
  proceed(): void;
  /** Nothing has got through for too long. */
  giveUp(): void;
}

/** The longest that is waited between two attempts, in microseconds. Linux: TCP_RTO_MAX. */
export const LONGEST_RETRY = 120_000_000;

interface Stuck {
  readonly piece: Piece;
  attempts: number;
  readonly since: number;
}

export class Resending {
  readonly #world: SimWorld;
  readonly #flow: ResendingFlow;
  #stuck: Stuck | null = null;
  /** What was held by the link, and let go while an earlier piece was stuck: sent after it. */
  #behind: Piece[] = [];
  /** What the link holds now. */
  #held: Piece[] = [];

  constructor(world: SimWorld, flow: ResendingFlow) {
    this.#world = world;
    this.#flow = flow;
  }

  /** Whether a piece is tried again and again. */
  get isStuck(): boolean {
    return this.#stuck !== null;
  }

  /** How often that piece has been sent. */
  get attempts(): number {
    return this.#stuck === null ? 0 : this.#stuck.attempts;
  }

  /** Keeps a piece until the link lets it go. */
  hold(piece: Piece, held: NonNullable<Link['held']>): void {
    this.#held.push(piece);
    held.push(() => {
      this.#held = this.#held.filter((each) => each !== piece);
      this.#flow.send(piece);
      this.#sendRest();
    });
  }

  /** Whether a piece has to wait for another that is stuck; then it does. */
  queues(piece: Piece): boolean {
    if (this.#stuck === null || this.#stuck.piece === piece) return false;
    this.#behind.push(piece);
    return true;
  }

  /** A piece has not got through: it is tried again later, or given up. */
  retryLater(piece: Piece): void {
    const { clock, tcp } = this.#world;
    const stuck = (this.#stuck ??= { piece, attempts: 0, since: clock.now });
    if (clock.now - stuck.since >= tcp.giveUpAfter) {
      this.#flow.giveUp();
      return;
    }
    const wait = Math.min(tcp.firstRetry * 2 ** stuck.attempts, LONGEST_RETRY);
    stuck.attempts += 1;
    clock.schedule(wait, () => {
      if (this.#stuck !== stuck) return;
      this.#flow.send(stuck.piece);
      this.#sendRest();
    });
  }

  /** A piece got through: nothing is stuck. Returns whether nothing is left here. */
  calm(): boolean {
    this.#stuck = null;
    return this.#behind.length === 0 && this.#held.length === 0;
  }

  /** What was to be sent again is not. */
  drop(): void {
    this.#stuck = null;
    this.#behind = [];
  }

  /** All that waits here, in order, each once; it is not sent from here any more. */
  takeAll(): Piece[] {
    const all = new Set([...(this.#stuck === null ? [] : [this.#stuck.piece]), ...this.#behind, ...this.#held]);
    for (const each of all) each.replaced = each.kind !== 'reset';
    this.drop();
    this.#held = [];
    return [...all];
  }

  #sendRest(): void {
    while (this.#stuck === null) {
      const next = this.#behind.shift();
      if (next === undefined) break;
      this.#flow.send(next);
    }
    // What the link is about to let go comes first.
    if (this.#stuck === null && this.#held.length === 0) this.#flow.proceed();
  }
}
