/** How simulated TCP behaves. Times in microseconds, sizes in bytes; Linux's defaults where it has them. */
export interface TCPSettings {
  /** What the sender's kernel takes before `written` waits. */
  readonly sendBuffer: number;
  /** What the receiver's kernel keeps unread before the sender waits. */
  readonly receiveWindow: number;
  /** The most that one read delivers. */
  readonly largestRead: number;
  /** How likely a read is cut at a drawn place, the rest delivered by the next one; 0 to 1. */
  readonly splitRate: number;
  /** The first wait before something lost is sent again; it doubles each time, up to two minutes. */
  readonly firstRetry: number;
  /** How long a connection that gets nothing through lives. Linux: tcp_retries2. */
  readonly giveUpAfter: number;
  /** How often a request to connect is repeated, after 1, 2, 4, … seconds. Linux: tcp_syn_retries. */
  readonly connectRetries: number;
  /** How long nothing is heard before a connection that is to be kept alive is probed. Linux: tcp_keepalive_time. */
  readonly keepAliveAfter: number;
  /** The time between two probes. Linux: tcp_keepalive_intvl. */
  readonly keepAliveEvery: number;
  /** How many probes may remain without an answer. Linux: tcp_keepalive_probes. */
  readonly keepAliveProbes: number;
}

export const DEFAULT_TCP: TCPSettings = {
  sendBuffer: 256 * 1024,
  receiveWindow: 256 * 1024,
  largestRead: 64 * 1024,
  splitRate: 0,
  firstRetry: 200_000,
  giveUpAfter: 924_000_000,
  connectRetries: 6,
  keepAliveAfter: 7_200_000_000,
  keepAliveEvery: 75_000_000,
  keepAliveProbes: 9,
};
