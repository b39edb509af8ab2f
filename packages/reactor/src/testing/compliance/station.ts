import type {
  Cancellation,
  ConnectStreamOptions,
  DriverError,
  IDriver,
  ResolvedAddress,
  SocketAddress,
} from '../../driver';

import { ListenProbe } from './listenProbe';
import { StreamProbe } from './streamProbe';
import type { Witness } from './witness';

/** A driver under test, with all that a case has it do. */
export class Station {
  readonly label: string;
  readonly driver: IDriver;
  /** How many turns were taken. */
  turns = 0;
  /** Called from inside `onTurn`. */
  onTurn: () => void = nothing;
  readonly #witness: Witness;
  /** Connected and accepted, in order. */
  readonly streams: StreamProbe[] = [];
  readonly #listeners: ListenProbe[] = [];
  #running = false;

  constructor(label: string, driver: IDriver, witness: Witness) {
    this.label = label;
    this.driver = driver;
    this.#witness = witness;
  }

  start(): void {
    this.#running = true;
    this.#witness.command(() => {
      this.driver.start(() => {
        this.#witness.saw(`${this.label} turn`, () => {
          if (!this.#running) this.#witness.fault('start and stop', `${this.label}: a turn was taken after stop`);
          this.turns += 1;
          this.onTurn();
        });
      });
    });
  }

  stop(): void {
    this.#running = false;
    this.#witness.command(() => this.driver.stop());
  }

  now(): number {
    return this.driver.now();
  }

  /** Sets the alarm to so many seconds from now; null takes it back. Returns the deadline. */
  wakeIn(seconds: number | null): number {
    const deadline = seconds === null ? null : this.now() + seconds;
    this.#witness.command(() => this.driver.wakeAt(deadline));
    return deadline ?? Infinity;
  }

  wakeSoon(): void {
    this.#witness.command(() => this.driver.wakeSoon());
  }

  /** @throws DriverError as `listenStream` does */
  listen(address: SocketAddress, backlog = 50): ListenProbe {
    const handle = this.#witness.command(() => this.driver.listenStream(address, { backlog }));
    const label = `${this.label}.port${this.#listeners.length + 1}`;
    const probe = new ListenProbe(label, handle, this.#witness, this.#mayDeliver, (stream) =>
      this.streams.push(stream),
    );
    this.#listeners.push(probe);
    return probe;
  }

  connect(address: SocketAddress, options: ConnectStreamOptions = {}): StreamProbe {
    const handle = this.#witness.command(() => this.driver.connectStream(address, options));
    const probe = new StreamProbe(
      `${this.label}.stream${this.streams.length + 1}`,
      handle,
      this.#witness,
      this.#mayDeliver,
    );
    this.streams.push(probe);
    return probe;
  }

  resolve(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation {
    const answered = (error: DriverError | null, addresses: readonly ResolvedAddress[]): void => {
      this.#sawOwn(`resolved '${name}'`, () => done(error, addresses));
    };
    return this.#witness.command(() => this.driver.resolveName(name, answered));
  }

  /** Only on a driver that has signals. */
  onSignals(signals: readonly string[], listener: (signal: string) => void): Cancellation {
    const received = (signal: string): void => this.#sawOwn(signal, () => listener(signal));
    return this.#witness.command(() => this.driver.onSignals!(signals, received));
  }

  /** Waits for this many turns in all. */
  async takes(turns: number): Promise<void> {
    await this.#witness.until(`${this.label} to take turn ${turns}`, () => this.turns >= turns);
  }

  /** Closes whatever is open, waits until it is gone, and stops. */
  async clear(): Promise<void> {
    if (!this.#running) this.start();
    for (const listener of this.#listeners) if (listener.closed === 0) listener.close();
    for (const listener of this.#listeners) await listener.isClosed();
    for (const stream of this.streams) if (!stream.has('closed')) stream.close();
    for (const stream of this.streams) await stream.sees('closed');
    this.stop();
  }

  #sawOwn(event: string, react: () => void): void {
    this.#witness.saw(`${this.label} ${event}`, () => {
      if (!this.#running) this.#witness.fault('start and stop', `${this.label}: ${event} came while it was stopped`);
      react();
    });
  }

  readonly #mayDeliver = (): boolean => this.#running;
}

function nothing(): void {
  // Most cases only count turns.
}
