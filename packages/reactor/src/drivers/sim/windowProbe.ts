/**
 * What a kernel does about a window that stays closed: it asks, for the word that it has opened may have got lost. Linux's persist timer.
 *
 * A kernel asks always; here it does only when there is something to find out, because a word was lost (that there is room, a
 * reset), the path is cut, or the other end has no power. As long as nothing is wrong the answer would change nothing, and a writer and
 * a reader that wait for each other are to stall a simulation.
 *
 * A probe finds room, or that the window is still closed; that the connection is not known any more (`ECONNRESET`); or nobody, for too
 * long (`ETIMEDOUT`).
 */
import { LONGEST_RETRY } from './resending';
import type { SimEvent } from './simClock';
import type { SimWorld } from './simWorld';

/** What a flow does for its probes. */
export interface ProbedFlow {
  /** Microseconds that a probe takes there and back now, or null when it gets lost. */
  probe(): number | null;
  /** A probe has been answered. */
  probed(): void;
  /** None has been, for too long. */
  giveUp(): void;
}

export class WindowProbe {
  readonly #world: SimWorld;
  readonly #flow: ProbedFlow;
  #wait: number;
  /** Null while it happens: then there is nothing to cancel. */
  #event: SimEvent | null;
  /** Since when no probe has been answered. */
  readonly #since: number;

  /** @param closedAt - since when the window is closed: from then on probes would have been sent */
  constructor(world: SimWorld, flow: ProbedFlow, closedAt: number) {
    const { clock, tcp } = world;
    this.#world = world;
    this.#flow = flow;
    this.#since = clock.now;
    this.#wait = tcp.firstRetry;
    let at = closedAt + this.#wait;
    while (at < clock.now) at += this.#next();
    this.#event = clock.schedule(at - clock.now, WindowProbe.#due, this);
  }

  stop(): void {
    if (this.#event !== null) this.#world.clock.cancel(this.#event);
  }

  #next(): number {
    return (this.#wait = Math.min(2 * this.#wait, LONGEST_RETRY));
  }

  static readonly #due = (probe: WindowProbe): void => {
    probe.#send();
  };

  #send(): void {
    const { clock, tcp } = this.#world;
    this.#event = null;
    const journey = this.#flow.probe();
    if (journey !== null) this.#event = clock.schedule(Math.max(1, journey), WindowProbe.#answered, this);
    else if (clock.now - this.#since >= tcp.giveUpAfter) this.#flow.giveUp();
    else this.#event = clock.schedule(this.#next(), WindowProbe.#due, this);
  }

  static readonly #answered = (probe: WindowProbe): void => {
    probe.#event = null;
    probe.#flow.probed();
  };
}
