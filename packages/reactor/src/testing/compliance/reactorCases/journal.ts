import type { Stage } from '../stage';

/** What happened, in order. */
export class Journal {
  readonly entries: unknown[] = [];
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  note(entry: unknown): void {
    this.entries.push(entry);
    this.#stage.saw(JSON.stringify(entry));
  }

  /** Waits for so many entries. */
  async has(count: number): Promise<void> {
    await this.#stage.until(`${count} entries`, () => this.entries.length >= count);
  }
}
