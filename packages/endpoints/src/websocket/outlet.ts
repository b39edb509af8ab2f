/**
 * The sending side of the connection below a WebSocket, as far as it is full: what `bufferedAmount` is to a browser.
 *
 * The connection below has one producer: the protocol's, or, when that has none, a watcher; so it is always known whether
 * the peer takes what it is sent.
 */
import type { IPullProducer, IPushProducer, ITCPTransport } from '@skein/reactor/interfaces';

export class Outlet {
  /** Whether more waits to be sent than a producer may write (64 KiB). */
  isFull = false;
  readonly #transport: ITCPTransport;
  readonly #whenRoom: () => void;
  #producer: IPushProducer | IPullProducer | null = null;

  /** @param whenRoom - called when the peer has taken everything after all */
  constructor(transport: ITCPTransport, whenRoom: () => void) {
    this.#transport = transport;
    this.#whenRoom = whenRoom;
    this.#watch();
  }

  /** Whether the protocol has a producer. */
  get hasProducer(): boolean {
    return this.#producer !== null;
  }

  register(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    // With one registered already, the transport says what is wrong.
    if (this.#producer === null) this.#transport.unregisterProducer();
    const watched: IPushProducer = {
      pauseProducing: () => {
        this.isFull = true;
        (producer as IPushProducer).pauseProducing();
      },
      resumeProducing: () => {
        this.#hasRoom();
        producer.resumeProducing();
      },
      stopProducing: () => producer.stopProducing(),
    };
    const before = this.#producer;
    this.#producer = producer;
    try {
      this.#transport.registerProducer(watched, streaming);
    } catch (error) {
      if (before !== null) this.#producer = before;
      throw error;
    }
  }

  unregister(): void {
    if (this.#producer === null) return;
    this.#producer = null;
    this.#transport.unregisterProducer();
    this.#watch();
  }

  /** Ends the watch: the connection below can be lost. Stops the protocol's producer. */
  release(): void {
    this.#transport.unregisterProducer();
    const producer = this.#producer;
    this.#producer = null;
    producer?.stopProducing();
  }

  /** Calls back when what has been written is sent. Nothing is written after it. */
  whenSent(callback: () => void): void {
    this.#transport.unregisterProducer();
    let isFirst = true;
    const asked = (): void => {
      // A pull producer is asked when it is registered, and then each time that the buffer has run empty.
      if (!isFirst) callback();
      isFirst = false;
    };
    this.#transport.registerProducer({ resumeProducing: asked, stopProducing: () => {} }, false);
  }

  #watch(): void {
    const watcher: IPushProducer = {
      pauseProducing: () => {
        this.isFull = true;
      },
      resumeProducing: () => this.#hasRoom(),
      stopProducing: () => {},
    };
    this.isFull = false;
    this.#transport.registerProducer(watcher, true);
  }

  #hasRoom(): void {
    this.isFull = false;
    this.#whenRoom();
  }
}
