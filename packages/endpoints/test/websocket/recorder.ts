/** A protocol that keeps what happens to it, for tests of WebSockets. */
import type { Failure } from '@skein/reactor/failure';
import { Factory, Protocol } from '@skein/protocols';

import { IWebSocketTransport } from '../../src/websocket';

export class Recorder extends Protocol {
  declare transport: IWebSocketTransport;
  /** What was received, one entry for each call. */
  readonly received: string[] = [];
  /** How the connection ended. */
  lost: Error | null = null;

  get text(): string {
    return this.received.join('');
  }

  override connectionMade(): void {
    if (!IWebSocketTransport.providedBy(this.transport)) throw new Error('this is no WebSocket');
  }

  override dataReceived(data: Buffer): void {
    this.received.push(data.toString());
  }

  override connectionLost(reason: Failure): void {
    this.lost = reason.value;
  }
}

/** Builds recorders (or what `make` makes), and keeps them. */
export class RecorderFactory<P extends Protocol = Recorder> extends Factory {
  override noisy = false;
  readonly built: P[] = [];
  readonly #make: () => P;

  constructor(make: () => P) {
    super();
    this.#make = make;
  }

  override buildProtocol(): P {
    const made = this.#make();
    made.factory = this;
    this.built.push(made);
    return made;
  }
}
