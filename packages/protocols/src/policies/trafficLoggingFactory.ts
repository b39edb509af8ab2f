import { NotImplementedError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { Bytes, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';

import { toBuffer } from '../bytes';

import { reprBytes } from './reprBytes';
import { ProtocolWrapper } from './protocolWrapper';
import { WrappingFactory } from './wrappingFactory';

/** What traffic is written to, a line a call. */
export interface TrafficLog {
  write(line: string): unknown;
}

/** Makes a `TrafficLoggingProtocol`. */
export type TrafficLoggingProtocolMaker = new (
  factory: TrafficLoggingFactory,
  wrappedProtocol: IProtocol,
  logfile: TrafficLog,
  lengthLimit: number | null,
  number: number,
) => TrafficLoggingProtocol;

const ELIDED = '<... elided>';

/**
 * The wrapper of `TrafficLoggingFactory`. Its lines: `*` for the connection, `C 1: b'…'` for what the peer sent, `S 1: b'…'`
 * for what was written, `SV 1: [b'…', b'…']` for a sequence, `S 1: *` for `loseConnection`.
 *
 * @twisted twisted.protocols.policies.TrafficLoggingProtocol
 */
export class TrafficLoggingProtocol extends ProtocolWrapper {
  readonly logfile: TrafficLog;
  /** How many bytes of each piece are shown, at most; null for all. */
  readonly lengthLimit: number | null;
  readonly #number: number;

  constructor(
    factory: TrafficLoggingFactory,
    wrappedProtocol: IProtocol,
    logfile: TrafficLog,
    lengthLimit: number | null = null,
    number = 0,
  ) {
    super(factory, wrappedProtocol);
    this.logfile = logfile;
    this.lengthLimit = lengthLimit;
    this.#number = number;
  }

  override connectionMade(): void {
    this.#log('*');
    super.connectionMade();
  }

  override dataReceived(data: Buffer): unknown {
    this.#log(`C ${this.#number}: ${this.#show(data)}`);
    return super.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#log(`C ${this.#number}: ${reason.value.name}: ${reason.getErrorMessage()}`);
    super.connectionLost(reason);
  }

  override write(data: Bytes): void {
    this.#log(`S ${this.#number}: ${this.#show(data)}`);
    super.write(data);
  }

  override writeSequence(data: Iterable<Bytes>): void {
    const pieces = [...data];
    this.#log(`SV ${this.#number}: [${pieces.map((piece) => this.#show(piece)).join(', ')}]`);
    super.writeSequence(pieces);
  }

  override loseConnection(): void {
    this.#log(`S ${this.#number}: *`);
    super.loseConnection();
  }

  #log(line: string): void {
    this.logfile.write(`${line}\n`);
  }

  #show(data: Bytes): string {
    const bytes = toBuffer(data);
    const limit = this.lengthLimit;
    if (limit === null || limit === 0 || bytes.length <= limit) return reprBytes(bytes);
    const kept = bytes.subarray(0, Math.max(0, limit - ELIDED.length));
    return reprBytes(Buffer.concat([kept, Buffer.from(ELIDED)]));
  }
}

/**
 * Writes the traffic of each connection to a log of its own, named by `logfilePrefix`, a dash and a number from 1 on.
 *
 * This package opens no files: override `open`.
 *
 * @twisted twisted.protocols.policies.TrafficLoggingFactory
 */
export class TrafficLoggingFactory extends WrappingFactory<TrafficLoggingProtocolMaker> {
  override protocol: TrafficLoggingProtocolMaker | null = TrafficLoggingProtocol;
  readonly logfilePrefix: string;
  readonly lengthLimit: number | null;
  #counter = 0;

  constructor(wrappedFactory: IProtocolFactory, logfilePrefix: string, lengthLimit: number | null = null) {
    super(wrappedFactory);
    this.logfilePrefix = logfilePrefix;
    this.lengthLimit = lengthLimit;
  }

  /** Opens a log. To be overridden. */
  open(name: string): TrafficLog {
    throw new NotImplementedError(`cannot open the log "${name}", wanted an open method`);
  }

  /** The next connection gets number 1 again. */
  resetCounter(): void {
    this.#counter = 0;
  }

  protected override wrap(wrapped: IProtocol): TrafficLoggingProtocol {
    this.#counter += 1;
    const logfile = this.open(`${this.logfilePrefix}-${this.#counter}`);
    const wrapperClass = this.protocol ?? TrafficLoggingProtocol;
    return new wrapperClass(this, wrapped, logfile, this.lengthLimit, this.#counter);
  }
}
