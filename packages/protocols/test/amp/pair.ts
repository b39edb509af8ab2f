/** Two ends of a connection in memory: what is written waits until it is delivered. */
import type { Deferred } from '@skein/reactor/defer';
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { Bytes, IProtocol } from '@skein/reactor/interfaces';

import { RecordingTransport } from '../recordingTransport';

/** A transport that keeps what was written and not yet delivered. */
export class End extends RecordingTransport {
  unread: Buffer[] = [];

  override write(data: Bytes): void {
    super.write(data);
    this.unread.push(Buffer.from(data as Uint8Array));
  }

  /** What was written and not yet delivered; it is now. */
  take(): Buffer {
    const bytes = Buffer.concat(this.unread);
    this.unread = [];
    return bytes;
  }
}

/** A connection between two protocols. */
export class Pair<A extends IProtocol, B extends IProtocol> {
  readonly a: A;
  readonly b: B;
  readonly aEnd = new End();
  readonly bEnd = new End();

  constructor(a: A, b: B) {
    this.a = a;
    this.b = b;
    b.makeConnection(this.bEnd);
    a.makeConnection(this.aEnd);
  }

  /** Delivers until nothing is left. */
  pump(): void {
    while (this.aEnd.unread.length + this.bEnd.unread.length > 0) {
      const toB = this.aEnd.take();
      if (toB.length > 0) this.b.dataReceived(toB);
      const toA = this.bEnd.take();
      if (toA.length > 0) this.a.dataReceived(toA);
    }
  }

  /** Ends the connection for both. */
  lose(reason: Error = new ConnectionDone()): void {
    this.a.connectionLost(new Failure(reason));
    this.b.connectionLost(new Failure(reason));
  }
}

/** What a Deferred comes to. Its errors are handled. */
export class Watched<T> {
  readonly #results: (T | Error)[] = [];

  constructor(deferred: Deferred<T>) {
    deferred.addBoth((result) => {
      this.#results.push(result instanceof Failure ? result.value : result);
      return undefined;
    });
  }

  /** The result, or the error. Throws when there is none yet. */
  get result(): T | Error {
    if (this.#results.length === 0) throw new Error('the Deferred has not fired');
    return this.#results[0]!;
  }
}

/** Watches a Deferred. */
export function watched<T>(deferred: Deferred<T>): Watched<T> {
  return new Watched(deferred);
}
