import type { ComplianceWorld } from './complianceWorld';

/** In what the kinds of stream differ, and may. */
export interface TransportTraits {
  /** Whether one direction can end by itself: false for TLS. */
  readonly halfCloses: boolean;
  /** Whether the peer is told that a connection was aborted; otherwise it may seem to it as any other end (UNIX sockets). */
  readonly resets: boolean;
  /** Whether what is written after `loseConnection` is dropped: true for TLS. */
  readonly losesLateWrites: boolean;
  /** Whether `loseConnection` waits for every producer, and not only for those that have more to say: true for TLS. */
  readonly waitsForProducers: boolean;
  /** Whether there is a handshake, after which alone data flow, and a farewell, without which an end is `ConnectionLost`. */
  readonly secured: boolean;
  /** The name of the error that ends a connection for the protocol that aborted it: `ConnectionLost` for TLS. */
  readonly abortReason: 'ConnectionAborted' | 'ConnectionLost';
}

/** Where the cases of `transportSuite` take place: what a reactor's tests provide, once for each kind of stream. */
export interface TransportWorld extends ComplianceWorld {
  readonly traits: TransportTraits;
}

/** The traits of TCP connections. */
export const TCP_TRAITS: TransportTraits = {
  halfCloses: true,
  resets: true,
  losesLateWrites: false,
  waitsForProducers: false,
  secured: false,
  abortReason: 'ConnectionAborted',
};

/** The traits of UNIX connections. */
export const UNIX_TRAITS: TransportTraits = { ...TCP_TRAITS, resets: false };

/** The traits of secured connections. */
export const TLS_TRAITS: TransportTraits = {
  halfCloses: false,
  resets: true,
  losesLateWrites: true,
  waitsForProducers: true,
  secured: true,
  abortReason: 'ConnectionLost',
};
