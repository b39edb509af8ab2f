/** The listings of docs/howto/producers.md. */
import type { Readable } from 'node:stream';

import type { IPullProducer, IPushProducer, ITCPTransport } from '@skein/reactor/interfaces';
import { toDuplex } from '@skein/reactor/streams';
import { Protocol } from '@skein/protocols';

// #region push
export class Counting implements IPushProducer {
  private next = 0;
  private paused = false;
  private readonly transport: ITCPTransport;
  private readonly last: number;

  constructor(transport: ITCPTransport, last: number) {
    this.transport = transport;
    this.last = last;
  }

  start(): void {
    this.transport.registerProducer(this, true);
    this.resumeProducing();
  }

  resumeProducing(): void {
    this.paused = false;
    while (!this.paused && this.next < this.last) {
      this.transport.write(`${this.next}\n`); // over 64 KiB unsent, this calls pauseProducing
      this.next += 1;
    }
    if (this.paused) return;
    this.transport.unregisterProducer(); // first this, then the end
    this.transport.loseConnection();
  }

  pauseProducing(): void {
    this.paused = true;
  }

  stopProducing(): void {
    this.paused = true; // the connection is lost
  }
}
// #endregion

// #region pull
export class Pieces implements IPullProducer {
  private readonly transport: ITCPTransport;
  private readonly pieces: Iterator<string>;

  constructor(transport: ITCPTransport, pieces: Iterable<string>) {
    this.transport = transport;
    this.pieces = pieces[Symbol.iterator]();
    transport.registerProducer(this, false); // asks for the first piece at once
  }

  resumeProducing(): void {
    const next: IteratorResult<string, unknown> = this.pieces.next();
    if (next.done !== true) {
      this.transport.write(next.value);
      return;
    }
    this.transport.unregisterProducer();
    this.transport.loseConnection();
  }

  stopProducing(): void {
    this.pieces.return?.();
  }
}
// #endregion

// #region reading
export class Relay extends Protocol {
  peer: Relay | null = null;

  join(peer: Relay): void {
    this.peer = peer;
    // Each transport produces what it receives: it is read only as fast as the other one can be written.
    peer.transport.registerProducer(this.transport, true);
  }

  override dataReceived(data: Buffer): void {
    this.peer?.transport.write(data);
  }
}
// #endregion

// #region stream
export class Download extends Protocol {
  private readonly body: Readable;

  constructor(body: Readable) {
    super();
    this.body = body;
  }

  override connectionMade(): void {
    const connection = toDuplex(this.transport).resume(); // nobody is interested in what the peer says
    connection.on('error', () => this.body.destroy()); // it went away
    this.body.pipe(connection);
  }
}
// #endregion
