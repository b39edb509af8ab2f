import type { Link } from './fabric';
import type { SimWorld } from './simWorld';
import { type ProbedFlow, WindowProbe } from './windowProbe';

/** What a flow does for the words about its window. */
export interface WindowedFlow {
  readonly world: SimWorld;
  readonly link: Link;
  /** The way of the words. */
  readonly back: Link;
  /** When the last piece arrives, or has. */
  readonly lastArrival: number;
  /** Whether the connection is known where the flow ends. */
  readonly isKnownThere: boolean;
  /** Whether the sender's kernel has forgotten the flow: then nobody asks. */
  readonly isVanished: boolean;
  /** Whether a probe gets there now. */
  passes(): boolean;
  /** A probe is sent: for the trace. */
  probing(): void;
  /** The sender has heard how much room there is. */
  proceed(): void;
  /** The sender has heard that the connection is not known there. */
  refused(): void;
  /** The sender has heard nothing for too long. */
  giveUp(): void;
}

/**
 * What the receiver's kernel says of the room in its buffer, one journey back; and what the sender's does when that may have got
 * lost: it asks (`windowProbe.ts`).
 */
export class WindowUpdates implements ProbedFlow {
  readonly #flow: WindowedFlow;
  #probe: WindowProbe | null = null;

  constructor(flow: WindowedFlow) {
    this.#flow = flow;
  }

  /** Whether the sender asks, and so believes the window to be closed. */
  get isAsking(): boolean {
    return this.#probe !== null;
  }

  /** The receiver's kernel says how much room there is; the sender hears of it one journey later, or not. */
  tell(): void {
    const { world, back } = this.#flow;
    const { held, up, settings } = back;
    if (held !== null)
      held.push(() => {
        this.tell();
      });
    else if (!up || back.loses()) this.ask();
    else world.clock.schedule(settings.latency, WindowUpdates.#told, this);
  }

  static readonly #told = (updates: WindowUpdates): void => {
    if (updates.#flow.back.up) updates.#known();
    else updates.ask();
  };

  /** The sender asks until it is answered. */
  ask(): void {
    if (!this.#flow.isVanished) this.#probe ??= new WindowProbe(this.#flow.world, this, this.#flow.lastArrival);
  }

  /** It does not ask any more. */
  end(): void {
    this.#probe?.stop();
    this.#probe = null;
  }

  #known(): void {
    this.end();
    this.#flow.proceed();
  }

  probe(): number | null {
    const { link, back } = this.#flow;
    const isBackOpen = back.up && back.held === null;
    const passes = this.#flow.passes() && isBackOpen && !back.loses();
    this.#flow.probing();
    return passes ? link.settings.latency + back.settings.latency : null;
  }

  probed(): void {
    if (this.#flow.isKnownThere) this.#known();
    else this.#flow.refused();
  }

  giveUp(): void {
    this.#flow.giveUp();
  }
}
