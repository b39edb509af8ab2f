import type { Duplex } from 'node:stream';

import type { IAddress, IProtocol, IProtocolFactory, ITransport } from '../interfaces';

import { DuplexProtocol, type DuplexProtocolOptions } from './duplexProtocol';

/** Builds the protocol of one connection, and says when it is made. */
class QueuedProtocol extends DuplexProtocol {
  readonly #made: (duplex: Duplex) => void;

  constructor(options: DuplexProtocolOptions, made: (duplex: Duplex) => void) {
    super(options);
    this.#made = made;
  }

  override makeConnection(transport: ITransport): void {
    super.makeConnection(transport);
    this.#made(this.duplex!);
  }
}

/**
 * A factory whose connections are iterated over, each as a `Duplex`.
 *
 * Connections that nobody has asked for yet wait, and nothing is read from them: no byte is lost, and each costs a
 * descriptor. The iteration ends when the last port of the factory has stopped and those that waited have been taken. Leaving
 * it early (`break`) drops those that wait, and refuses those that come.
 *
 * @example
 * const connections = new Connections();
 * await using port = reactor.listenTCP(8000, connections);
 * for await (const connection of connections) pipeline(connection, connection, report); // an echo server
 */
export class Connections implements IProtocolFactory, AsyncIterableIterator<Duplex> {
  readonly #options: DuplexProtocolOptions;
  #ports = 0;
  #state: 'open' | 'ended' | 'left' = 'open';
  readonly #waiting: Duplex[] = [];
  #asking: ((result: IteratorResult<Duplex, undefined>) => void)[] = [];

  constructor(options: DuplexProtocolOptions = {}) {
    this.#options = options;
  }

  // IProtocolFactory

  doStart(): void {
    this.#ports += 1;
    if (this.#state === 'ended') this.#state = 'open';
  }

  doStop(): void {
    this.#ports -= 1;
    if (this.#ports > 0 || this.#state === 'left') return;
    this.#state = 'ended';
    this.#answerAll();
  }

  buildProtocol(_addr: IAddress): IProtocol | null {
    return this.#state === 'left' ? null : new QueuedProtocol(this.#options, this.#made);
  }

  // AsyncIterableIterator

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next connection. */
  next(): Promise<IteratorResult<Duplex, undefined>> {
    const value = this.#waiting.shift();
    if (value !== undefined) {
      value.off('error', ignore);
      return Promise.resolve({ done: false, value });
    }
    if (this.#state !== 'open') return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  /** Ends the iteration: what waits is dropped. */
  return(): Promise<IteratorResult<Duplex, undefined>> {
    this.#state = 'left';
    for (const connection of this.#waiting.splice(0)) connection.destroy();
    this.#answerAll();
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #made = (connection: Duplex): void => {
    const answer = this.#asking.shift();
    if (answer !== undefined) {
      answer({ done: false, value: connection });
      return;
    }
    this.#waiting.push(connection);
    // A connection that breaks while it waits is nobody's error; it is handed on, and found closed.
    connection.on('error', ignore);
  };

  #answerAll(): void {
    for (const answer of this.#asking.splice(0)) answer({ done: true, value: undefined });
  }
}

function ignore(): void {
  // Whoever takes the connection finds it destroyed, with the error.
}
