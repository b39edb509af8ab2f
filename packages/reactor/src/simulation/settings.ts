/**
 * Links and TCP as users set them: times in seconds, as everywhere above the seam, sizes in bytes.
 */
import { type LinkSettings, SECOND, type TCPSettings, type TLSSettings } from '../drivers/sim';
import type { Certificate } from '../ssl';

/** How a link behaves. What is left out stays as it was. */
export interface LinkOptions {
  /** Seconds that everything takes, one way. Default 0.001. */
  readonly latency?: number;
  /** Up to so many seconds more, drawn for each piece. Default 0. */
  readonly jitter?: number;
  /** Bytes a second; `Infinity` (the default) for no limit. */
  readonly bandwidth?: number;
  /** How likely a piece is lost, 0 to 1. It is sent again, later: a stream loses time and not bytes. Default 0. */
  readonly lossRate?: number;
}

/** How TCP behaves in a simulation. The defaults are Linux's, where it has them. */
export interface TCPOptions {
  /** What the sender's kernel takes, in bytes, before writing waits. Default 256 KiB. */
  readonly sendBuffer?: number;
  /** What the receiver's kernel keeps unread, in bytes, before the sender waits. Default 256 KiB. */
  readonly receiveWindow?: number;
  /** The most that one `dataReceived` delivers, in bytes. Default 64 KiB. */
  readonly largestRead?: number;
  /** How likely what has arrived is delivered in two parts, cut at a place that the seed decides, 0 to 1. Default 0. */
  readonly splitRate?: number;
  /** Seconds until something lost is sent again; doubled each time, up to 120. Default 0.2. */
  readonly firstRetry?: number;
  /** Seconds that a connection lives that gets nothing through. Default 924. */
  readonly giveUpAfter?: number;
  /** How often an attempt to connect is repeated when there is no answer, after 1, 2, 4, … seconds. Default 6. */
  readonly connectRetries?: number;
  /** Seconds without a word until a connection with `setTcpKeepAlive(true)` is probed. Default 7,200. */
  readonly keepAliveAfter?: number;
  /** Seconds between two such probes. Default 75. */
  readonly keepAliveEvery?: number;
  /** How many of them may remain without an answer. Default 9. */
  readonly keepAliveProbes?: number;
}

/** What TLS is like in a simulation: modelled, but for the certificates, which are real and really verified. */
export interface TLSOptions {
  /**
   * The date at which the simulation begins: certificates are held against it, as it goes on. Without it (the default), their
   * dates are not looked at, so that a test does not fail one day because its certificates have expired.
   */
  readonly date?: Date;
  /** What `platformTrust()` trusts. Default: nobody. */
  readonly platformTrust?: readonly Certificate[];
}

/** A kind of network: links, and TCP over them. */
export interface NetworkPreset {
  readonly link: LinkOptions;
  readonly tcp: TCPOptions;
}

/** One machine, or one rack: next to no latency, nothing split. */
export const LOOPBACK: NetworkPreset = { link: { latency: 0.00001 }, tcp: {} };

/** Between continents: 40 to 60 ms one way, 10 Mbit/s, some loss, reads that seldom match writes. */
export const WIDE_AREA: NetworkPreset = {
  link: { latency: 0.04, jitter: 0.02, bandwidth: 1_250_000, lossRate: 0.005 },
  tcp: { splitRate: 0.2 },
};

/** As bad as a network gets that still works: tiny buffers, everything cut up, a tenth of all pieces lost. */
export const HOSTILE: NetworkPreset = {
  link: { latency: 0.01, jitter: 0.2, bandwidth: 250_000, lossRate: 0.1 },
  tcp: { sendBuffer: 4096, receiveWindow: 1460, largestRead: 1460, splitRate: 0.8 },
};

/** Whole microseconds. Throws `RangeError` for what is no time. */
export function microseconds(seconds: number, what: string): number {
  if (!(seconds >= 0)) throw new RangeError(`Cannot simulate ${what} '${String(seconds)}', wanted 0 seconds or more`);
  return Math.round(seconds * SECOND);
}

/** A link's settings as the driver has them. Throws `RangeError` for what no link can be. */
export function toLinkSettings(options: LinkOptions): Partial<LinkSettings> {
  const { latency, jitter, bandwidth, lossRate } = options;
  if (bandwidth !== undefined && !(bandwidth > 0))
    throw new RangeError(`Cannot simulate bandwidth '${String(bandwidth)}', wanted more than 0 bytes a second`);
  return {
    ...(latency !== undefined && { latency: microseconds(latency, 'latency') }),
    ...(jitter !== undefined && { jitter: microseconds(jitter, 'jitter') }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...(lossRate !== undefined && { lossRate: rate(lossRate, 'lossRate') }),
  };
}

/** TCP's settings as the driver has them. Throws `RangeError` for what cannot be. */
export function toTCPSettings(options: TCPOptions): Partial<TCPSettings> {
  const { firstRetry, giveUpAfter, keepAliveAfter, keepAliveEvery, splitRate, ...sizes } = options;
  for (const [name, size] of Object.entries<number>(sizes))
    if (!Number.isInteger(size) || size < (name === 'connectRetries' ? 0 : 1))
      throw new RangeError(`Cannot simulate ${name} '${String(size)}', wanted a whole number of 1 or more`);
  return {
    ...sizes,
    ...(splitRate !== undefined && { splitRate: rate(splitRate, 'splitRate') }),
    ...(firstRetry !== undefined && { firstRetry: microseconds(firstRetry, 'firstRetry') }),
    ...(giveUpAfter !== undefined && { giveUpAfter: microseconds(giveUpAfter, 'giveUpAfter') }),
    ...(keepAliveAfter !== undefined && { keepAliveAfter: microseconds(keepAliveAfter, 'keepAliveAfter') }),
    ...(keepAliveEvery !== undefined && { keepAliveEvery: microseconds(keepAliveEvery, 'keepAliveEvery') }),
  };
}

/** TLS's settings as the driver has them. */
export function toTLSSettings({ date, platformTrust }: TLSOptions): Partial<TLSSettings> {
  return {
    ...(date !== undefined && { date: date.getTime() }),
    ...(platformTrust !== undefined && { platformTrust: platformTrust.map(({ original }) => original) }),
  };
}

function rate(value: number, name: string): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`Cannot simulate ${name} '${String(value)}', wanted 0 to 1`);
  return value;
}
