/**
 * One case's drivers and connections, made and cleared away.
 */
import type { DriverError } from '../../driver';

import { claim, ComplianceError } from './claims';
import type { DriverWorld } from './driverWorld';
import type { ListenProbe } from './listenProbe';
import { Station } from './station';
import type { StreamProbe } from './streamProbe';
import { Timekeeper } from './timekeeper';
import { Witness } from './witness';

/** How long to look before it is said that nothing comes, in seconds. */
const LOOK = 0.008;

/** Two ends of a connection, on two drivers that are running. */
export interface Connection {
  readonly port: ListenProbe;
  /** The driver that connected, and its end. */
  readonly client: Station;
  readonly near: StreamProbe;
  /** The driver that accepted, and its end. */
  readonly server: Station;
  readonly far: StreamProbe;
}

export class Scene {
  readonly world: DriverWorld;
  readonly witness: Witness;
  readonly #timekeeper: Timekeeper;
  readonly #stations: Station[] = [];

  constructor(world: DriverWorld) {
    this.world = world;
    this.#timekeeper = new Timekeeper(world.makeDriver());
    this.witness = new Witness(this.#timekeeper, world.patience);
  }

  /** A driver that is not started. */
  idleStation(): Station {
    const label = String.fromCharCode('A'.charCodeAt(0) + this.#stations.length);
    const station = new Station(label, this.world.makeDriver(), this.witness);
    this.#stations.push(station);
    return station;
  }

  /** A driver that is running. */
  station(): Station {
    const station = this.idleStation();
    station.start();
    return station;
  }

  /** Listens on an address of the world. */
  listen(station: Station, backlog?: number): ListenProbe {
    return station.listen(this.world.listenAddress(station.driver), backlog);
  }

  /** A connection, both ends stopped. */
  async connection(): Promise<Connection> {
    const server = this.station();
    const client = this.station();
    const port = this.listen(server);
    const near = client.connect(port.localAddress);
    await near.sees('connected');
    await port.accepts(1);
    return { port, client, near, server, far: port.accepted[0]! };
  }

  /** Waits. */
  async after(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#timekeeper.callLater(seconds, resolve);
    });
  }

  /** Gives what must not come time to come. */
  async look(): Promise<void> {
    await this.after(LOOK);
  }

  /** Throws what the witness found. */
  claimNoFaults(): void {
    claim(this.witness.faults.length === 0, `${this.witness.faults.join('; ')}; ${this.witness.quote()}`);
  }

  /** Closes and stops everything. Throws if something does not go away. */
  async clear(): Promise<void> {
    try {
      for (const station of this.#stations) await station.clear();
    } finally {
      for (const station of this.#stations) station.driver.stop();
      this.#timekeeper.stop();
    }
  }
}

/** What `act` throws, which has to be a `DriverError`. */
export function driverErrorOf(act: () => unknown): DriverError {
  try {
    act();
  } catch (error) {
    const { name, code, syscall } = error as DriverError;
    claim(name === 'DriverError', `a DriverError was to be thrown, and it was ${String(error)}`);
    claim(typeof code === 'string' && typeof syscall === 'string', 'a DriverError has a code and a syscall');
    return error as DriverError;
  }
  throw new ComplianceError('a DriverError was to be thrown, and nothing was');
}
