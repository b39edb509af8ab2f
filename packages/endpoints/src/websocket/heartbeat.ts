/**
 * Notices a peer that is gone: one that has been silent for a while is sent a ping, and has some seconds to make a sound.
 */
import type { IDelayedCall, IReactorTime } from '@skein/reactor/interfaces';

export interface HeartbeatSettings {
  /** Seconds of silence until a ping is sent; null: none ever is. */
  readonly interval: number | null;
  /** Seconds that the peer has, then, until it counts as dead. */
  readonly timeout: number;
}

export class Heartbeat {
  readonly #clock: IReactorTime;
  readonly #settings: HeartbeatSettings;
  readonly #ping: () => void;
  readonly #dead: () => void;
  #lastHeard = 0;
  #call: IDelayedCall | null = null;

  constructor(clock: IReactorTime, settings: HeartbeatSettings, ping: () => void, dead: () => void) {
    this.#clock = clock;
    this.#settings = settings;
    this.#ping = ping;
    this.#dead = dead;
  }

  /** Begins, or begins anew: also after reading was paused, when nothing could be heard. */
  start(): void {
    this.stop();
    this.heard();
    if (this.#settings.interval !== null) this.#wait(this.#settings.interval);
  }

  stop(): void {
    this.#call?.cancel();
    this.#call = null;
  }

  /** The peer has made a sound. Cheap: it moves no timer. */
  heard(): void {
    this.#lastHeard = this.#clock.seconds();
  }

  #wait(interval: number): void {
    this.#call = this.#clock.callLater(interval, () => {
      const silent = this.#clock.seconds() - this.#lastHeard;
      const { interval: allowed, timeout } = this.#settings;
      if (allowed !== null && silent < allowed) {
        this.#wait(allowed - silent);
        return;
      }
      const heardBefore = this.#lastHeard;
      this.#call = this.#clock.callLater(timeout, () => {
        this.#call = null;
        if (this.#lastHeard === heardBefore) this.#dead();
        else this.#wait(Math.max(0, (allowed ?? 0) - (this.#clock.seconds() - this.#lastHeard)));
      });
      this.#ping();
    });
  }
}
