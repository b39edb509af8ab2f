/**
 * A stream handle under test: commands go through it and events are kept by it, and it knows what may come when.
 *
 * Whatever a case is about, the probe finds breaches of rules 3 to 7 in passing.
 */
import type { DriverError, SecuredInfo, SocketAddress, StartTLSOptions, StreamHandle, TLSContext } from '../../driver';

import type { Witness } from './witness';

/** What a case does from inside an event. */
export interface StreamReactions {
  connected?: () => void;
  data?: (chunk: Buffer) => void;
  written?: () => void;
  ended?: () => void;
  closed?: (error: DriverError | null) => void;
}

export class StreamProbe {
  readonly label: string;
  readonly handle: StreamHandle;
  /** Names of the events in order; `data` once for any number in a row, `closed` with its error's code or `null`. */
  readonly events: string[] = [];
  readonly chunks: Buffer[] = [];
  readonly reactions: StreamReactions = {};
  /** How many bytes came. */
  bytes = 0;
  /** How many writes were reported as written. */
  written = 0;
  /** What the handshake came to. */
  info: SecuredInfo | null = null;
  #isShaking = false;
  readonly #witness: Witness;
  #reading = false;
  #writing = false;
  #closing = false;

  /** @param mayDeliver - whether events may come now, which the station knows */
  constructor(label: string, handle: StreamHandle, witness: Witness, mayDeliver: () => boolean) {
    this.label = label;
    this.handle = handle;
    this.#witness = witness;
    const saw = (event: string, react: () => void): void => {
      witness.saw(`${label} ${event}`, () => {
        if (!mayDeliver()) this.#fault('start and stop', `${event} came while the driver was stopped`);
        if (this.has('closed')) this.#fault(7, `${event} came after closed`);
        if (!(event === 'data' && this.events.at(-1) === 'data')) this.events.push(event);
        react();
      });
    };
    handle.on('connected', () => {
      saw('connected', () => {
        if (this.events.length > 1) this.#fault(3, 'connected was not the first event');
        if (this.#closing) this.#fault(3, 'connected came after the command to close');
        this.reactions.connected?.();
      });
    });
    handle.on('data', (chunk) => {
      saw('data', () => {
        if (!this.#reading) this.#fault(5, 'data came while the handle was stopped');
        if (this.has('ended')) this.#fault(6, 'data came after ended');
        if (this.#isShaking) this.#fault(9, 'data came before secured');
        if (!Buffer.isBuffer(chunk) || chunk.length === 0) this.#fault(5, 'data came without bytes in a Buffer');
        this.bytes += chunk.length;
        this.chunks.push(chunk);
        this.reactions.data?.(chunk);
      });
    });
    handle.on('written', () => {
      saw('written', () => {
        if (!this.#writing) this.#fault(4, 'written came, and no write was outstanding');
        this.#writing = false;
        this.written += 1;
        this.reactions.written?.();
      });
    });
    handle.on('ended', () => {
      saw('ended', () => {
        if (!this.#reading) this.#fault(6, 'ended came while the handle was stopped');
        if (this.count('ended') > 1) this.#fault(6, 'ended came twice');
        this.reactions.ended?.();
      });
    });
    handle.on('secured', (info) => {
      saw('secured', () => {
        if (!this.#isShaking) this.#fault(9, 'secured came, and no handshake was under way');
        if (this.#closing) this.#fault(9, 'secured came after the command to close');
        this.#isShaking = false;
        this.info = info;
      });
    });
    handle.on('closed', (error) => {
      saw(`closed(${error === null ? 'null' : error.code})`, () => {
        if (this.#closing !== (error === null)) {
          this.#fault(
            7,
            this.#closing ? 'closed on command came with an error' : 'closed(null) came without a command',
          );
        }
        this.reactions.closed?.(error);
      });
    });
  }

  readStart(): void {
    this.#reading = !this.#closing;
    this.#witness.command(() => this.handle.readStart());
  }

  /** Has the driver lend from now on, or give away, if it can lend. */
  lends(isLent: boolean): void {
    if (this.handle.lends !== undefined) this.handle.lends = isLent;
  }

  readStop(): void {
    this.#reading = false;
    this.#witness.command(() => this.handle.readStop());
  }

  write(...chunks: readonly Uint8Array[]): void {
    this.#writing = true;
    this.#witness.command(() => this.handle.write(chunks));
  }

  /** Writes text where the driver has that; returns the bytes that it said, or null. */
  writeText(text: string): number | null {
    if (this.handle.writeText === undefined) return null;
    this.#writing = true;
    let bytes = 0;
    this.#witness.command(() => (bytes = this.handle.writeText?.(text) ?? 0));
    return bytes;
  }

  startTLS(context: TLSContext, options: StartTLSOptions): void {
    this.#isShaking = true;
    this.#witness.command(() => this.handle.startTLS(context, options));
  }

  shutdown(): void {
    this.#witness.command(() => this.handle.shutdown());
  }

  close(): void {
    this.#end();
    this.#witness.command(() => this.handle.close());
  }

  reset(): void {
    this.#end();
    this.#witness.command(() => this.handle.reset());
  }

  get localAddress(): SocketAddress | null {
    return this.handle.localAddress;
  }

  get peerAddress(): SocketAddress | null {
    return this.handle.peerAddress;
  }

  /** All bytes that came. */
  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Whether such an event came; `'closed'` is any of its kind. */
  has(event: string): boolean {
    return this.count(event) > 0;
  }

  count(event: string): number {
    return this.events.filter((seen) => seen === event || (event === 'closed' && seen.startsWith('closed('))).length;
  }

  /** Waits for an event of that name. */
  async sees(event: string): Promise<void> {
    await this.#witness.until(`${this.label} ${event}`, () => this.has(event));
  }

  /** Waits for an event of one of these names. */
  async seesOneOf(...events: readonly string[]): Promise<void> {
    await this.#witness.until(`${this.label} ${events.join(' or ')}`, () => events.some((event) => this.has(event)));
  }

  /** Waits for this many bytes. */
  async receives(bytes: number): Promise<void> {
    await this.#witness.until(`${this.label} to receive ${bytes} bytes`, () => this.bytes >= bytes);
  }

  /** Waits for this many writes to be reported. */
  async hasWritten(count: number): Promise<void> {
    await this.#witness.until(`${this.label} to have written ${count} times`, () => this.written >= count);
  }

  #end(): void {
    if (!this.has('closed')) this.#closing = true;
    this.#reading = false;
  }

  #fault(rule: number | string, message: string): void {
    this.#witness.fault(rule, `${this.label}: ${message}`);
  }
}
