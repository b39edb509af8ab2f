import dns from 'node:dns';

import type {
  Cancellation,
  ConnectStreamOptions,
  DriverError,
  IDriver,
  ListenHandle,
  ListenStreamOptions,
  ResolvedAddress,
  SocketAddress,
  StreamHandle,
} from '../../driver';

import { toDriverError } from './nodeErrors';
import { NodeListenHandle } from './nodeListenHandle';
import { NodeLoop } from './nodeLoop';
import { NodeStreamHandle } from './nodeStreamHandle';

/** The driver over Node's public modules. One for each reactor; several may live in one process. */
export class NodeDriver implements IDriver {
  readonly name = 'node';
  readonly #loop = new NodeLoop();

  now(): number {
    return this.#loop.now();
  }

  random(): number {
    return Math.random();
  }

  start(onTurn: () => void): void {
    this.#loop.start(onTurn);
  }

  stop(): void {
    this.#loop.stop();
  }

  wakeAt(deadline: number | null): void {
    this.#loop.wakeAt(deadline);
  }

  wakeSoon(): void {
    this.#loop.wakeSoon();
  }

  listenStream(address: SocketAddress, options: ListenStreamOptions): ListenHandle {
    return new NodeListenHandle(this.#loop, address, options.backlog);
  }

  connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
    return NodeStreamHandle.connecting(this.#loop, address, options.bindAddress);
  }

  resolveName(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation {
    let cancelled = false;
    const deliver = (error: DriverError | null, addresses: readonly ResolvedAddress[]): void => {
      if (cancelled) return;
      if (this.#loop.delivering) done(error, addresses);
      else {
        this.#loop.hold(() => {
          if (!cancelled) done(error, addresses);
        });
      }
    };
    dns.lookup(name, { all: true, verbatim: true }, (error, addresses) => {
      if (error !== null) deliver(toDriverError(error, 'getaddrinfo'), []);
      else deliver(null, addresses.map(({ address, family }) => ({ family: family === 6 ? 'IPv6' : 'IPv4', host: address })));
    });
    return () => {
      cancelled = true;
    };
  }

  onSignals(signals: readonly string[], listener: (signal: string) => void): Cancellation {
    const onSignal = (signal: string): void => {
      // Signals outside of start … stop are not ours; there is no listener then.
      listener(signal);
    };
    for (const signal of signals) process.on(signal, onSignal);
    return () => {
      for (const signal of signals) process.off(signal, onSignal);
    };
  }
}
