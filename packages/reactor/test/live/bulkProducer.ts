import type { IPushProducer, ITCPTransport } from '../../src/interfaces';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
/** Milliseconds without a byte after which a producer is stuck. */
const QUIET_MS = 200;

/** Writes a number of bytes to a transport as it takes them, then closes it. */
export class BulkProducer implements IPushProducer {
  produced = 0;
  readonly #transport: ITCPTransport;
  readonly #total: number;
  #paused = false;

  constructor(transport: ITCPTransport, total: number) {
    this.#transport = transport;
    this.#total = total;
  }

  start(): void {
    this.#transport.registerProducer(this, true);
    this.resumeProducing();
  }

  /** Waits until nothing has been produced for a while; whether that is for being paused. */
  async isStuck(): Promise<boolean> {
    for (let before = -1; before !== this.produced;) {
      before = this.produced;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
    return this.#paused;
  }

  pauseProducing(): void {
    this.#paused = true;
  }

  resumeProducing(): void {
    this.#paused = false;
    while (!this.#paused && this.produced < this.#total) {
      this.produced += CHUNK.length;
      this.#transport.write(CHUNK);
    }
    if (this.produced < this.#total) return;
    this.#transport.unregisterProducer();
    this.#transport.loseConnection();
  }

  stopProducing(): void {
    this.#paused = true;
  }
}
