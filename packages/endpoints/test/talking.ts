/** A server and a client for tests over real sockets: one echoes, the other asks once. */
import { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import { Factory, Protocol } from '@skein/protocols';

export class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

/** Says something, and fires `done` with what came back, and how it ended, when the connection is over. */
export class Asking extends Protocol {
  readonly done = new Deferred<string>();
  #received = '';

  override connectionMade(): void {
    this.transport.write('hello');
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.toString();
    if (this.#received.length >= 5) this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    this.done.callback(`${this.#received} ${reason.value.name}`);
  }
}

export class QuietFactory extends Factory {
  override noisy = false;
}
