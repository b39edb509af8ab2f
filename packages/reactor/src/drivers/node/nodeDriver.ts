import dns from 'node:dns';

import {
  type Cancellation,
  type ConnectStreamOptions,
  DriverError,
  type IDriver,
  type ListenHandle,
  type ListenStreamOptions,
  type ResolvedAddress,
  type SocketAddress,
  type StartTLSOptions,
  type StreamHandle,
  type TLSContext,
} from '../../driver';

import { toDriverError } from './nodeErrors';
import { NodeListenHandle } from './nodeListenHandle';
import { NodeLoop } from './nodeLoop';
import { NodeStreamHandle } from './nodeStreamHandle';
import { secureContextOf } from './nodeTLSContext';
import { NodeTLSHandle } from './nodeTLSHandle';

/** The driver over libuv as Node has it. One for each reactor; several may live in one process. */
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
    return NodeListenHandle.bound(this.#loop, address, options);
  }

  adoptListening(descriptor: number, family: SocketAddress['family']): ListenHandle {
    return NodeListenHandle.adopted(this.#loop, descriptor, family);
  }

  adoptStream(descriptor: number, family: SocketAddress['family']): StreamHandle {
    return NodeStreamHandle.adopted(this.#loop, descriptor, family);
  }

  connectStream(address: SocketAddress, options: ConnectStreamOptions): StreamHandle {
    return NodeStreamHandle.connecting(this.#loop, address, options);
  }

  resolveName(
    name: string,
    done: (error: DriverError | null, addresses: readonly ResolvedAddress[]) => void,
  ): Cancellation {
    const loop = this.#loop;
    let cancelled = false;
    const answer = (error: DriverError | null, addresses: readonly ResolvedAddress[] = []): void => {
      loop.whenDelivering(() => {
        if (!cancelled) done(error, addresses);
      });
    };
    // A lookup keeps the process alive, so it waits for `start`.
    loop.whenDelivering(() => {
      if (cancelled) return;
      // Node would give an empty list, and a warning.
      if (name === '') {
        loop.hold(() => answer(new DriverError('ENOTFOUND', 'getaddrinfo')));
        return;
      }
      dns.lookup(name, { all: true, verbatim: true }, (error, addresses) => {
        if (error !== null) answer(toDriverError(error, 'getaddrinfo'));
        else
          answer(
            null,
            addresses.map(({ address, family }) => ({ family: family === 6 ? 'IPv6' : 'IPv4', host: address })),
          );
      });
    });
    return () => {
      cancelled = true;
    };
  }

  checkTLS(context: TLSContext): void {
    secureContextOf(context);
  }

  startTLSOver(carrier: StreamHandle, context: TLSContext, options: StartTLSOptions): StreamHandle {
    return new NodeTLSHandle(this.#loop, carrier, context, options);
  }

  onSignals(signals: readonly string[], listener: (signal: string) => void): Cancellation {
    let cancelled = false;
    const onSignal = (signal: string): void => {
      this.#loop.whenDelivering(() => {
        if (!cancelled) listener(signal);
      });
    };
    for (const signal of signals) process.on(signal, onSignal);
    return () => {
      cancelled = true;
      for (const signal of signals) process.off(signal, onSignal);
    };
  }
}
