import type { Bytes, IAddress, IPullProducer, IPushProducer, ITCPTransport } from '@skein/reactor/interfaces';
import { IPv4Address } from '@skein/reactor/address';

/** A transport that keeps what is written and notes what is asked of it. It does nothing of its own accord. */
export class RecordingTransport implements ITCPTransport {
  disconnecting = false;
  connected = true;
  /** The names of the methods called, in order, without `write`. */
  readonly calls: string[] = [];
  readonly writes: Buffer[] = [];
  producer: IPushProducer | IPullProducer | null = null;

  /** All that was written. */
  get value(): Buffer {
    return Buffer.concat(this.writes);
  }

  write(data: Bytes): void {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) throw new TypeError('wanted bytes');
    this.writes.push(Buffer.from(data as Uint8Array));
  }
  writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    for (const piece of pieces) {
      if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) throw new TypeError('wanted bytes');
    }
    this.writes.push(Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array))));
  }
  loseConnection(): void {
    this.disconnecting = true;
    this.calls.push('loseConnection');
  }
  abortConnection(): void {
    this.calls.push('abortConnection');
  }
  loseWriteConnection(): void {
    this.calls.push('loseWriteConnection');
  }
  pauseProducing(): void {
    this.calls.push('pauseProducing');
  }
  resumeProducing(): void {
    this.calls.push('resumeProducing');
  }
  stopProducing(): void {
    this.calls.push('stopProducing');
  }
  registerProducer(producer: IPushProducer | IPullProducer, _streaming: boolean): void {
    this.producer = producer;
    this.calls.push('registerProducer');
  }
  unregisterProducer(): void {
    this.producer = null;
    this.calls.push('unregisterProducer');
  }
  getPeer(): IAddress {
    return new IPv4Address('TCP', '192.0.2.1', 54321);
  }
  getHost(): IAddress {
    return new IPv4Address('TCP', '127.0.0.1', 80);
  }
  getTcpNoDelay(): boolean {
    return true;
  }
  setTcpNoDelay(_enabled: boolean): void {}
  getTcpKeepAlive(): boolean {
    return false;
  }
  setTcpKeepAlive(_enabled: boolean): void {}
}
