import type { Entropy } from './entropy';
import type { Fabric } from './fabric';
import type { Judge } from './judge';
import type { SimClock } from './simClock';
import type { SimHost } from './simHost';
import type { SimTrace } from './simTrace';
import type { TCPSettings } from './tcpSettings';
import type { TLSSettings } from './tls';

/** What everything in one simulation shares. */
export interface SimWorld {
  readonly clock: SimClock;
  readonly entropy: Entropy;
  readonly fabric: Fabric;
  readonly trace: SimTrace;
  readonly tcp: TCPSettings;
  readonly tls: TLSSettings;
  /** The host that has an address, or null. */
  hostAt(address: string): SimHost | null;
  /** The addresses of a name, or the code with which looking it up fails. */
  lookUp(name: string): readonly string[] | string;
  /** Microseconds that looking a name up takes. */
  lookUpTime(name: string): number;
  /** Makes exceptions for single pieces of what travels; null while there are none. */
  readonly judge: Judge | null;
  /** Numbers connections, from 1. */
  nextConnection(): number;
  /** The process that was given control last. For reports. */
  running: SimHost | null;
  /** How many turns without a pause a process may take before it is `stuck`. */
  readonly busyLimit: number;
  /** A process takes turn after turn, a microsecond each, and does not come to rest. Throws. */
  stuck(host: SimHost): never;
}
