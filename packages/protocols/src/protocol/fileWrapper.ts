import type { Bytes, IAddress, IPullProducer, IPushProducer, ITransport } from '@skein/reactor/interfaces';

/** What `FileWrapper` writes to. */
export interface WritableFile {
  write(data: Bytes): unknown;
  close(): unknown;
}

const FILE: IAddress = Object.freeze({
  equals: (other: unknown) => other === FILE,
  toString: () => 'file',
});

/**
 * Makes a transport of something with `write` and `close`: for looking at what a protocol sends. It receives nothing.
 *
 * Errors of the file go to `handleException`, which does nothing.
 *
 * @twisted twisted.internet.protocol.FileWrapper
 */
export class FileWrapper implements ITransport {
  readonly file: WritableFile;
  closed = false;
  readonly disconnecting = false;
  producer: IPushProducer | IPullProducer | null = null;
  streamingProducer = false;

  constructor(file: WritableFile) {
    this.file = file;
  }

  write(data: Bytes): void {
    try {
      this.file.write(data);
    } catch (error) {
      this.handleException(error);
    }
  }

  writeSequence(data: Iterable<Bytes>): void {
    for (const piece of data) this.write(piece);
  }

  /** Registers a producer; one that is not streaming is asked for its first piece at once. */
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    this.producer = producer;
    this.streamingProducer = streaming;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.producer = null;
  }

  stopConsuming(): void {
    this.unregisterProducer();
    this.loseConnection();
  }

  loseConnection(): void {
    this.closed = true;
    try {
      this.file.close();
    } catch (error) {
      this.handleException(error);
    }
  }

  /** An address that prints as `file`. */
  getPeer(): IAddress {
    return FILE;
  }

  /** An address that prints as `file`. */
  getHost(): IAddress {
    return FILE;
  }

  /** Hears what the file throws. To be overridden. */
  handleException(_error: unknown): void {}

  pauseProducing(): void {}

  resumeProducing(): void {}

  stopProducing(): void {
    this.loseConnection();
  }
}
