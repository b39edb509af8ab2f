import type { Link } from './fabric';
import type { Piece } from './flowEnds';
import type { SimWorld } from './simWorld';

/**
 * What a flow has on its way: each piece takes what the link says, and none overtakes another.
 *
 * The flow is made from it, and does not have one: there are two flows to a connection, and an object more in each weighs.
 */
export abstract class Travelling {
  readonly world: SimWorld;
  readonly link: Link;
  /** Null while there are none. */
  #pieces: Piece[] | null = null;
  #lastArrival = 0;

  constructor(world: SimWorld, link: Link) {
    this.world = world;
    this.link = link;
  }

  /** A piece comes to the end of its way. Returns whether it got there; if not, it and all behind it have been seen to. */
  protected abstract arrive(piece: Piece): boolean;

  /** Something got there, in the event that happens now. */
  protected abstract arrivedSome(): void;

  /** When the last piece arrives, or has. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Bytes on their way. */
  protected get bytesOnTheirWay(): number {
    let bytes = 0;
    for (const piece of this.#pieces ?? []) bytes += piece.bytes.length;
    return bytes;
  }

  /** A piece sets out; it takes so many microseconds longer than it would. */
  protected launch(piece: Piece, delay: number): void {
    const { clock } = this.world;
    piece.at = Math.max(this.#lastArrival, this.link.arrival(clock.now, piece.bytes.length) + delay);
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
  protected takeBack(): Piece[] {
    const all = this.#pieces ?? [];
    this.#pieces = null;
    return all;
  }

  static readonly #due = (travelling: Travelling): void => {
    travelling.#arriveDue();
  };

  #arriveDue(): void {
    const { clock } = this.world;
    let anything = false;
    for (;;) {
      const piece = this.#pieces?.[0];
      if (piece === undefined || piece.at > clock.now) break;
      this.#pieces?.shift();
      if (this.#pieces?.length === 0) this.#pieces = null;
      if (!this.arrive(piece)) break;
      anything = true;
    }
    const next = this.#pieces?.[0];
    if (next !== undefined) clock.schedule(Math.max(0, next.at - clock.now), Travelling.#due, this);
    if (anything) this.arrivedSome();
  }
}
