import type { SocketAddress } from '../../driver';

import type { Link } from './fabric';
import { Flow } from './flow';
import type { SimDriver } from './simDriver';
import { SimStreamHandle } from './simStreamHandle';

/** What lies between the two ends of a connection, and between which addresses it is. */
interface Path {
  readonly there: Link;
  readonly back: Link;
  readonly clientAddress: SocketAddress;
  readonly serverAddress: SocketAddress;
}

/**
 * What the two ends of a simulated connection share: its number, its path once it is made, and what flows.
 *
 * There is a flow in a direction from the moment when it has something to carry or to remember. Until then it would be in the state
 * in which it is made: a hundred thousand connections that do nothing are to weigh little.
 */
export class SimConnection {
  /** Counted from 1, in the order in which connections are begun. */
  readonly number: number;
  readonly client: SimStreamHandle;
  /** From the moment when the request has got there. */
  server: SimStreamHandle | null = null;
  // The path, in fields: an object of its own would weigh more.
  #there: Link | null = null;
  #back: Link | null = null;
  #clientAddress: SocketAddress | null = null;
  #serverAddress: SocketAddress | null = null;
  #requests: Flow | null = null;
  #replies: Flow | null = null;

  /** @param driver - of the process that connects */
  constructor(driver: SimDriver) {
    this.number = driver.world.nextConnection();
    this.client = new SimStreamHandle(driver, this);
  }

  /** The request has got to a process that takes it. */
  reach(driver: SimDriver): SimStreamHandle {
    return (this.server = new SimStreamHandle(driver, this));
  }

  /** There is a connection. */
  make({ there, back, clientAddress, serverAddress }: Path): void {
    this.#there = there;
    this.#back = back;
    this.#clientAddress = clientAddress;
    this.#serverAddress = serverAddress;
    this.client.connected();
    this.server?.connected();
  }

  /** The address of one end; null before the connection is made. */
  addressOf(end: SimStreamHandle): SocketAddress | null {
    return end === this.client ? this.#clientAddress : this.#serverAddress;
  }

  /** The address of the other end. */
  addressBeyond(end: SimStreamHandle): SocketAddress | null {
    return end === this.client ? this.#serverAddress : this.#clientAddress;
  }

  /** What flows from one end, if there is a flow already. */
  flowFrom(end: SimStreamHandle): Flow | null {
    return end === this.client ? this.#requests : this.#replies;
  }

  /** What flows to one end, if there is a flow already. */
  flowTo(end: SimStreamHandle): Flow | null {
    return end === this.client ? this.#replies : this.#requests;
  }

  /** The flow from one end, made if need be; null before the connection is made. */
  openFlowFrom(end: SimStreamHandle): Flow | null {
    const [client, server, there, back] = [this.client, this.server, this.#there, this.#back];
    if (server === null || there === null || back === null) return null;
    const { world } = client;
    if (end === client) return (this.#requests ??= new Flow(world, [there, back], client, server, false));
    return (this.#replies ??= new Flow(world, [back, there], server, client, true));
  }

  /** The flow to one end, in the same way. */
  openFlowTo(end: SimStreamHandle): Flow | null {
    const other = end === this.client ? this.server : this.client;
    return other === null ? null : this.openFlowFrom(other);
  }
}
