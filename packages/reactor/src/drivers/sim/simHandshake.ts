/**
 * An attempt to connect: the request, repeated while nothing answers, and then the connection, or why there is none.
 *
 * The client is connected after one round trip, the server accepts half a journey later; on one machine the server hears of it
 * first, as on Linux.
 */
import { DriverError, type SocketAddress } from '../../driver';

import type { Link } from './fabric';
import type { Verdict } from './judge';
import { SECOND } from './simClock';
import type { SimConnection } from './simConnection';
import type { SimHost } from './simHost';
import type { SimListenHandle } from './simListenHandle';
import type { SimStreamHandle } from './simStreamHandle';
import type { SimWorld } from './simWorld';

/** Stands for the host of an address that nobody has. */
const NOWHERE = '(nowhere)';

/** One object for a whole attempt, and no closures: a hundred thousand may be under way at once. */
export class SimHandshake {
  readonly #world: SimWorld;
  readonly #connection: SimConnection;
  readonly #address: SocketAddress;
  readonly #local: SocketAddress | DriverError;
  /** How often the request has been repeated. */
  #attempt = 0;
  #target: SimHost | null = null;
  #there: Link | null = null;
  #back: Link | null = null;
  #listening: SimListenHandle | null = null;

  /** @param local - the client's own address, or why it has none */
  constructor(world: SimWorld, connection: SimConnection, address: SocketAddress, local: SocketAddress | DriverError) {
    this.#world = world;
    this.#connection = connection;
    this.#address = address;
    this.#local = local;
  }

  get #client(): SimStreamHandle {
    return this.#connection.client;
  }

  begin(): void {
    const { clock, fabric } = this.#world;
    const { host } = this.#client;
    if (this.#local instanceof DriverError) {
      clock.schedule(0, SimHandshake.#hasNoAddress, this);
      return;
    }
    const address = this.#address;
    const isOwn = address.family === 'UNIX' || host.owns(address.host);
    this.#target = isOwn ? host : this.#world.hostAt(address.host);
    this.#record('connect', host, this.#attempt);
    const name = this.#target?.name ?? NOWHERE;
    const there = (this.#there = fabric.link(host.name, name));
    this.#back = fabric.link(name, host.name);
    if (there.held === null) this.#send(there);
    else
      there.held.push(() => {
        this.#send(there);
      });
  }

  #send(there: Link): void {
    const { clock } = this.#world;
    const verdict = this.#judged();
    const isDelay = typeof verdict === 'object' && verdict !== null && 'delay' in verdict;
    const delay = isDelay ? verdict.delay : 0;
    if (!there.up || verdict === 'drop' || there.loses()) this.#again();
    else if (verdict !== null && !isDelay) clock.schedule(2 * there.settings.latency, SimHandshake.#turnedAway, this);
    else clock.schedule(there.arrival(clock.now, 0) + delay - clock.now, SimHandshake.#requested, this);
  }

  /** What the test decides for the request; null: nothing. */
  #judged(): Verdict | null {
    const { judge } = this.#world;
    if (judge === null) return null;
    const address = this.#address;
    return judge({
      kind: 'connect',
      from: this.#client.host.name,
      to: this.#target?.name ?? null,
      port: address.family === 'UNIX' ? address.path : address.port,
      isReply: false,
      connection: this.#connection.number,
      bytes: 0,
      offset: 0,
      attempt: this.#attempt,
    });
  }

  static readonly #turnedAway = (shake: SimHandshake): void => {
    shake.#record('refused', shake.#client.host, 0);
    shake.#client.broken('ECONNREFUSED');
  };

  static readonly #hasNoAddress = (shake: SimHandshake): void => {
    if (shake.#local instanceof DriverError) shake.#client.broken(shake.#local.code);
  };

  static readonly #requested = (shake: SimHandshake): void => {
    shake.#request();
  };

  /** The request is there, if there is anything. */
  #request(): void {
    if (!this.#client.isConnecting) return;
    const { clock } = this.#world;
    const target = this.#target;
    const address = this.#address;
    const [there, back] = [this.#there, this.#back];
    if (there === null || back === null) return;
    const isUNIX = address.family === 'UNIX';
    const listening = target?.listening.get(isUNIX ? address.path : address.port);
    const reachable = target !== null && target.hasPower && there.up && back.up && !back.loses();
    if (!reachable || (listening !== undefined && !listening.hasRoom)) {
      this.#again();
    } else if (listening?.answers(isUNIX ? '' : address.host) === true) {
      this.#listening = listening;
      this.#connection.reach(listening.driver);
      clock.schedule(back.arrival(clock.now, 0) - clock.now, SimHandshake.#answered, this);
    } else {
      clock.schedule(back.settings.latency, SimHandshake.#refused, this);
    }
  }

  static readonly #refused = (shake: SimHandshake): void => {
    const address = shake.#address;
    const isMissing = address.family === 'UNIX' && shake.#target?.stalePaths.has(address.path) !== true;
    shake.#record('refused', shake.#client.host, 0);
    shake.#client.broken(isMissing ? 'ENOENT' : 'ECONNREFUSED');
  };

  static readonly #answered = (shake: SimHandshake): void => {
    shake.#answer();
  };

  /** The answer is back: there is a connection, unless the client has given up. */
  #answer(): void {
    const { client, server } = this.#connection;
    const [there, back, local, address] = [this.#there, this.#back, this.#local, this.#address];
    if (there === null || back === null || server === null || local instanceof DriverError) return;
    if (!client.isConnecting) {
      server.vanish();
      return;
    }
    this.#connection.make({ there, back, clientAddress: local, serverAddress: address });
    if (server.host === client.host) this.#accept();
    else this.#world.clock.schedule(there.settings.latency, SimHandshake.#accepted, this);
    client.tellConnected();
  }

  static readonly #accepted = (shake: SimHandshake): void => {
    shake.#accept();
  };

  #accept(): void {
    const { server } = this.#connection;
    const listening = this.#listening;
    if (server === null || listening === null) return;
    this.#record('accept', server.host, 0);
    if (server.open) listening.accept(server);
    else server.refuse();
  }

  /** Nothing answered. */
  #again(): void {
    this.#world.clock.schedule(SECOND * 2 ** this.#attempt, SimHandshake.#unanswered, this);
  }

  static readonly #unanswered = (shake: SimHandshake): void => {
    if (!shake.#client.isConnecting) return;
    if (shake.#attempt >= shake.#world.tcp.connectRetries) {
      shake.#client.broken('ETIMEDOUT');
      return;
    }
    shake.#attempt += 1;
    shake.begin();
  };

  #record(kind: 'connect' | 'refused' | 'accept', host: SimHost, amount: number): void {
    this.#world.trace.record(kind, this.#world.clock.now, host.number, this.#connection.number, amount);
  }
}
