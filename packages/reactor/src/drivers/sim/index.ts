/**
 * The simulated driver: hosts, links and virtual time behind the same seam as Node's sockets.
 *
 * The core above it is the real one. `@skein/reactor/simulation` puts the two together.
 */
export { Entropy, type EntropyStream } from './entropy';
export { DEFAULT_LINK, Fabric, Link, type LinkSettings } from './fabric';
export { type Leak, watchReality } from './guard/realityGuard';
export type { Judge, Segment, Verdict } from './judge';
export { commandLine, environmentVariable } from './realEnvironment';
export { PromiseWatch, settle } from './realTurn';
export { SECOND, SimClock } from './simClock';
export { SimDriver } from './simDriver';
export { SimHost } from './simHost';
export { SimTrace, type TraceKind } from './simTrace';
export type { SimWorld } from './simWorld';
export { DEFAULT_TCP, type TCPSettings } from './tcpSettings';
export type { TLSSettings } from './tls';
