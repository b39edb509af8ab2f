import { EventEmitter } from 'eventemitter3';

import type { ListenHandle, ListenHandleEvents, ListenStreamOptions, SocketAddress } from '../../driver';

import type { SimDriver } from './simDriver';
import type { SimStreamHandle } from './simStreamHandle';

/** A listening socket of a simulated host. Connections wait in its backlog while nothing may be delivered. */
export class SimListenHandle extends EventEmitter<ListenHandleEvents> implements ListenHandle {
  readonly driver: SimDriver;
  readonly localAddress: SocketAddress;
  /** Whether it holds the path's lock. */
  readonly locked: boolean;
  readonly #backlog: number;
  readonly #key: number | string;
  readonly #schedule: (happen: () => void) => void;
  #waiting = 0;
  #open = true;

  /** @param schedule - has something happen in an event of its own, now */
  constructor(
    driver: SimDriver,
    localAddress: SocketAddress,
    options: ListenStreamOptions,
    schedule: (happen: () => void) => void,
  ) {
    super();
    this.driver = driver;
    this.localAddress = localAddress;
    this.#backlog = options.backlog;
    this.locked = options.lock === true;
    this.#schedule = schedule;
    this.#key = localAddress.family === 'UNIX' ? localAddress.path : localAddress.port;
    driver.host.listening.set(this.#key, this);
  }

  /** Whether one more connection can wait. */
  get hasRoom(): boolean {
    return this.#open && this.#waiting < this.#backlog;
  }

  /** Whether somebody who connects to `host` gets here. */
  answers(host: string): boolean {
    const { localAddress } = this;
    if (localAddress.family === 'UNIX') return true;
    if (localAddress.host === '0.0.0.0') return !host.includes(':');
    return localAddress.host === '::' || localAddress.host === host;
  }

  /** A connection is complete: it is delivered as soon as anything is. */
  accept(handle: SimStreamHandle): void {
    this.#waiting += 1;
    this.driver.deliver(() => {
      this.#waiting -= 1;
      if (this.#open) this.emit('connection', handle);
      else handle.reset();
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.driver.host.listening.delete(this.#key);
    this.#schedule(() => {
      this.driver.deliver(() => {
        this.emit('closed');
        this.removeAllListeners();
      });
    });
  }

  /** The process is gone without closing it: nobody is told, and a path's file stays. */
  vanish(): void {
    this.#open = false;
    this.driver.host.listening.delete(this.#key);
    if (typeof this.#key === 'string') this.driver.host.stalePaths.add(this.#key);
    this.removeAllListeners();
  }
}
