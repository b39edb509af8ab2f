import type { Link } from './fabric';
import type { Piece } from './flowEnds';
import type { SimWorld } from './simWorld';

/** What a flow does for what it has on its way. */
export interface TravellingFlow {
  /** A piece comes to the end of its way. Returns whether it got there; if not, the flow has seen to it and to all behind it. */
  arrive(piece: Piece): boolean;
  /** Something got there, in the event that happens now. */
  arrivedSome(): void;
}

/** What a flow has on its way: each piece takes what the link says, and none overtakes another. */
export class Travelling {
  readonly #world: SimWorld;
  readonly #link: Link;
  readonly #flow: TravellingFlow;
  /** Null while there are none. */
  #pieces: Piece[] | null = null;
  #lastArrival = 0;

  constructor(world: SimWorld, link: Link, flow: TravellingFlow) {
    this.#world = world;
    this.#link = link;
    this.#flow = flow;
  }

  /** When the last piece arrives, or has. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Bytes on their way. */
  get bytes(): number {
    let bytes = 0;
    for (const piece of this.#pieces ?? []) bytes += piece.bytes.length;
    return bytes;
  }

  /** A piece sets out; it takes so many microseconds longer than it would. */
  launch(piece: Piece, delay: number): void {
    const { clock } = this.#world;
    piece.at = Math.max(this.#lastArrival, this.#link.arrival(clock.now, piece.bytes.length) + delay);
    this.#lastArrival = piece.at;
    // Only the first is an event; it brings the next.
    if (this.#pieces !== null) {
      this.#pieces.push(piece);
      return;
    }
    this.#pieces = [piece];
    clock.schedule(piece.at - clock.now, Travelling.#due, this);
  }

  /** Takes back all that is on its way, in order. */
  takeAll(): Piece[] {
    const all = this.#pieces ?? [];
    this.#pieces = null;
    return all;
  }

  static readonly #due = (travelling: Travelling): void => {
    travelling.#arrive();
  };

  #arrive(): void {
    const { clock } = this.#world;
    let anything = false;
    for (;;) {
      const piece = this.#pieces?.[0];
      if (piece === undefined || piece.at > clock.now) break;
      this.#pieces?.shift();
      if (this.#pieces?.length === 0) this.#pieces = null;
      if (!this.#flow.arrive(piece)) break;
      anything = true;
    }
    const next = this.#pieces?.[0];
    if (next !== undefined) clock.schedule(Math.max(0, next.at - clock.now), Travelling.#due, this);
    if (anything) this.#flow.arrivedSome();
  }
}
