import type { ListenHandle, SocketAddress } from '../../driver';

import { StreamProbe } from './streamProbe';
import type { Witness } from './witness';

/** A listening handle under test, and the connections that it accepted. */
export class ListenProbe {
  readonly label: string;
  readonly handle: ListenHandle;
  /** In the order of acceptance. */
  readonly accepted: StreamProbe[] = [];
  /** Called from inside `connection`. */
  onConnection: (stream: StreamProbe) => void = nothing;
  closed = 0;
  readonly #witness: Witness;

  constructor(
    label: string,
    handle: ListenHandle,
    witness: Witness,
    mayDeliver: () => boolean,
    adopt: (stream: StreamProbe) => void,
  ) {
    this.label = label;
    this.handle = handle;
    this.#witness = witness;
    const saw = (event: string, react: () => void): void => {
      witness.saw(`${label} ${event}`, () => {
        if (!mayDeliver()) witness.fault('start and stop', `${label}: ${event} came while the driver was stopped`);
        if (this.closed > 0) witness.fault(7, `${label}: ${event} came after closed`);
        react();
      });
    };
    handle.on('connection', (stream) => {
      saw('connection', () => {
        const probe = new StreamProbe(`${label}.${this.accepted.length + 1}`, stream, witness, mayDeliver);
        this.accepted.push(probe);
        adopt(probe);
        this.onConnection(probe);
      });
    });
    handle.on('closed', () => {
      saw('closed', () => {
        this.closed += 1;
      });
    });
  }

  get localAddress(): SocketAddress {
    return this.handle.localAddress;
  }

  close(): void {
    this.#witness.command(() => this.handle.close());
  }

  /** Waits for this many connections to be accepted. */
  async accepts(count: number): Promise<void> {
    await this.#witness.until(`${this.label} to accept ${count}`, () => this.accepted.length >= count);
  }

  async isClosed(): Promise<void> {
    await this.#witness.until(`${this.label} to be closed`, () => this.closed > 0);
  }
}

function nothing(): void {
  // Most cases only look at what was accepted.
}
