/**
 * A kernel's probes of a connection on which nothing is heard: `SO_KEEPALIVE`, by Linux's times.
 *
 * A probe that is answered says nothing to anybody. One that finds a host where the connection is not known resets it
 * (`ECONNRESET`); when none of them is answered, the connection has timed out (`ETIMEDOUT`).
 */
import type { Flow } from './flow';
import type { SimEvent } from './simClock';
import type { SimWorld } from './simWorld';

export class KeepAlive {
  readonly #world: SimWorld;
  readonly #out: Flow;
  readonly #into: Flow;
  readonly #broken: (code: 'ECONNRESET' | 'ETIMEDOUT') => void;
  #unanswered = 0;
  #answeredAt = 0;
  #event: SimEvent;

  constructor(world: SimWorld, out: Flow, into: Flow, broken: (code: 'ECONNRESET' | 'ETIMEDOUT') => void) {
    this.#world = world;
    this.#out = out;
    this.#into = into;
    this.#broken = broken;
    this.#answeredAt = world.clock.now;
    this.#event = this.#after(world.tcp.keepAliveAfter);
  }

  stop(): void {
    this.#world.clock.cancel(this.#event);
  }

  #after(delay: number): SimEvent {
    return this.#world.clock.schedule(delay, KeepAlive.#look, this);
  }

  static readonly #look = (probes: KeepAlive): void => {
    probes.#probe();
  };

  #probe(): void {
    const { clock, tcp } = this.#world;
    const heardAt = Math.max(this.#answeredAt, Math.min(clock.now, this.#into.lastArrival));
    const dueAt = heardAt + tcp.keepAliveAfter;
    if (clock.now < dueAt) {
      this.#unanswered = 0;
      this.#event = this.#after(dueAt - clock.now);
      return;
    }
    if (this.#out.passes() && this.#into.passes()) {
      if (!this.#out.isKnownThere) {
        this.#broken('ECONNRESET');
        return;
      }
      this.#answeredAt = clock.now;
      this.#unanswered = 0;
      this.#event = this.#after(tcp.keepAliveAfter);
    } else if (this.#unanswered++ < tcp.keepAliveProbes) {
      this.#event = this.#after(tcp.keepAliveEvery);
    } else {
      this.#broken('ETIMEDOUT');
    }
  }
}
