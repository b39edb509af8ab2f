/**
 * Real things that virtual time waits for: files, child processes.
 */

export class Externals {
  /** They are settled one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;

  /** How many have been begun and are not settled. */
  get open(): number {
    return this.#open;
  }

  /** Settles as `work` does, after all that were asked for before. */
  async add<T>(work: Promise<T> | (() => Promise<T> | T)): Promise<T> {
    this.#open += 1;
    const before = this.#last;
    // Begun at once: only the telling waits for its turn.
    const begun = typeof work === 'function' ? begin(work) : work;
    const mine = (async () => {
      await before;
      try {
        return await begun;
      } finally {
        this.#open -= 1;
      }
    })();
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Fulfilled when the last of them is settled. */
  async settled(): Promise<void> {
    await this.#last;
  }
}

async function begin<T>(work: () => Promise<T> | T): Promise<T> {
  return work();
}
