/**
 * The cases' own clock: any number of alarms, on a driver of its own, which is not the one under test.
 */
import type { IDriver } from '../../driver';

interface Alarm {
  readonly deadline: number;
  readonly ring: () => void;
}

export class Timekeeper {
  readonly #driver: IDriver;
  #alarms: Alarm[] = [];

  constructor(driver: IDriver) {
    this.#driver = driver;
    driver.start(() => {
      const due = this.#alarms.filter(({ deadline }) => deadline <= driver.now());
      this.#alarms = this.#alarms.filter((alarm) => !due.includes(alarm));
      for (const { ring } of due) ring();
      this.#setAlarm();
    });
  }

  /** Calls `ring` in `seconds`. Returns what takes it back. */
  callLater(seconds: number, ring: () => void): () => void {
    const alarm = { deadline: this.#driver.now() + seconds, ring };
    this.#alarms.push(alarm);
    this.#setAlarm();
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  stop(): void {
    this.#driver.stop();
  }

  #setAlarm(): void {
    this.#driver.wakeAt(this.#alarms.length === 0 ? null : Math.min(...this.#alarms.map(({ deadline }) => deadline)));
  }
}
