/**
 * The life of a stream connection, as a table.
 *
 * Rules for editing it:
 * - The tables are the only place that says which state follows which. `streamTransport.ts` carries out what a state means
 *   and never compares its history.
 * - An input that a state does not list does nothing there: that is how a second `loseConnection()` is harmless.
 * - Every state but `lost` leads to `lost`, and `lost` leads nowhere: so `connectionLost` comes exactly once, and last.
 * - The diagrams in `docs/transport-states.md` are drawn from these tables (`npm run docs:states`); a test compares.
 *
 * Theory. A connection has two directions. The peer ends the reading one (`ended`), and only a half-closeable protocol
 * outlives that. This side ends the writing one by `loseWriteConnection`, or both by `loseConnection`; either first flushes
 * what is buffered (`flushed`). When both directions have ended one by one the connection stays, until someone loses it:
 * Twisted's behaviour, surprising or not. `abortConnection` ends everything; it takes effect in the next turn.
 *
 * While a connection is being lost, what the peer sends is read and thrown away: two sides that both lose it with more to
 * send than the network holds would wait for each other for ever, if neither read any more. (In Twisted they do.)
 *
 * A secured connection has a table of its own. TLS ends as a whole: the peer's farewell (close_notify) is the end, whatever
 * the protocol can do. And when this side loses it, its own farewell is answered (`closing`) before it is `lost`.
 */

export type TransportState =
  /** Both directions are open. */
  | 'open'
  /** The peer sends no more; writing goes on. */
  | 'readLost'
  /** The write side is to be closed once the buffer is empty; reading goes on. */
  | 'writeClosing'
  /** Both of these. */
  | 'readLostWriteClosing'
  /** The write side is closed; reading goes on. */
  | 'writeLost'
  /** Both directions have ended; nobody has lost the connection yet. */
  | 'bothLost'
  /** The connection is to be lost once the buffer is empty; what still comes is thrown away. */
  | 'losing'
  /** The connection was aborted; the protocol hears of it in the next turn. */
  | 'aborting'
  /** The protocol has been told. */
  | 'lost';

export type TransportInput =
  /** `loseConnection()` was called. */
  | 'loseConnection'
  /** `loseWriteConnection()` was called. */
  | 'loseWriteConnection'
  /** `abortConnection()` was called. */
  | 'abortConnection'
  /** The peer has ended its direction, and the protocol is half-closeable. */
  | 'ended'
  /** The peer has said farewell (TLS) while something was being sent. */
  | 'farewell'
  /** All that was written has been sent, and no producer holds the connection open. */
  | 'flushed'
  /** The connection is over: closed by the peer, broken, aborted, or ended by an exception. */
  | 'over';

const TRANSITIONS: Readonly<Record<TransportState, Readonly<Partial<Record<TransportInput, TransportState>>>>> = {
  open: {
    loseConnection: 'losing',
    loseWriteConnection: 'writeClosing',
    abortConnection: 'aborting',
    ended: 'readLost',
    over: 'lost',
  },
  readLost: {
    loseConnection: 'losing',
    loseWriteConnection: 'readLostWriteClosing',
    abortConnection: 'aborting',
    over: 'lost',
  },
  writeClosing: {
    loseConnection: 'losing',
    abortConnection: 'aborting',
    ended: 'readLostWriteClosing',
    flushed: 'writeLost',
    over: 'lost',
  },
  readLostWriteClosing: {
    loseConnection: 'losing',
    abortConnection: 'aborting',
    flushed: 'bothLost',
    over: 'lost',
  },
  // With the write side closed there is nothing to flush: the one case where losing a connection is synchronous.
  writeLost: { loseConnection: 'lost', abortConnection: 'aborting', ended: 'bothLost', over: 'lost' },
  bothLost: { loseConnection: 'lost', abortConnection: 'aborting', over: 'lost' },
  losing: { abortConnection: 'aborting', flushed: 'lost', over: 'lost' },
  aborting: { over: 'lost' },
  lost: {},
};

/** What a state allows. */
export interface StateTraits {
  /** Whether what the peer sends is read (unless the protocol has paused it). */
  readonly reads: boolean;
  /** Whether that is for nobody: paused or not, the protocol gets none of it. */
  readonly discards?: boolean;
  /** Whether the peer's end is of no interest either: it ends nothing. */
  readonly ignoresEnd?: boolean;
  /** Whether `write` takes data. */
  readonly writes: boolean;
  /** Whether it does as long as a producer is registered that was there before `loseConnection`. */
  readonly producerWrites?: boolean;
  /** Whether what is written is for nobody and still counted: so a producer that writes until it is paused is paused. */
  readonly gathersForNobody?: boolean;
}

const TRAITS: Readonly<Record<TransportState, StateTraits>> = {
  open: { reads: true, writes: true },
  readLost: { reads: false, writes: true },
  writeClosing: { reads: true, writes: true },
  readLostWriteClosing: { reads: false, writes: true },
  writeLost: { reads: true, writes: false },
  bothLost: { reads: false, writes: false },
  losing: { reads: true, discards: true, ignoresEnd: true, writes: true },
  aborting: { reads: false, writes: false, gathersForNobody: true },
  lost: { reads: false, writes: false },
};

/** The states of a secured connection: some of those above, and one more. */
export type SecureState =
  | Exclude<TransportState, 'readLost' | 'readLostWriteClosing' | 'bothLost'>
  /** The farewell was sent; the peer's is awaited, and what it still sends is thrown away. */
  | 'closing'
  /** The peer has said farewell; it is answered when what is under way has been sent. */
  | 'answering';

export const SECURE_TRANSITIONS: Readonly<Record<SecureState, Readonly<Partial<Record<TransportInput, SecureState>>>>> =
  {
    open: {
      loseConnection: 'losing',
      loseWriteConnection: 'writeClosing',
      abortConnection: 'aborting',
      farewell: 'answering',
      over: 'lost',
    },
    writeClosing: {
      loseConnection: 'losing',
      abortConnection: 'aborting',
      farewell: 'answering',
      flushed: 'writeLost',
      over: 'lost',
    },
    writeLost: { loseConnection: 'lost', abortConnection: 'aborting', over: 'lost' },
    losing: { abortConnection: 'aborting', farewell: 'answering', flushed: 'closing', over: 'lost' },
    closing: { abortConnection: 'aborting', over: 'lost' },
    answering: { abortConnection: 'aborting', flushed: 'lost', over: 'lost' },
    aborting: { over: 'lost' },
    lost: {},
  };

export const SECURE_TRAITS: Readonly<Record<SecureState, StateTraits>> = {
  open: { reads: true, writes: true },
  writeClosing: { reads: true, writes: true },
  writeLost: { reads: true, writes: false },
  // What is written after `loseConnection` is dropped, but for what a producer still has to say.
  losing: { reads: true, discards: true, writes: false, producerWrites: true },
  closing: { reads: true, discards: true, writes: false },
  answering: { reads: false, writes: false },
  aborting: { reads: false, writes: false, gathersForNobody: true },
  lost: { reads: false, writes: false },
};

/** What a transport goes by. */
export interface StateTable {
  readonly transitions: Readonly<Partial<Record<AnyState, Readonly<Partial<Record<TransportInput, AnyState>>>>>>;
  readonly traits: Readonly<Partial<Record<AnyState, StateTraits>>>;
  /** Whether `loseConnection` waits for a push producer to unregister though it is not paused. (Pull and paused ones always.) */
  readonly waitsForProducers: boolean;
}
export type AnyState = TransportState | SecureState;

export const PLAIN: StateTable = { transitions: TRANSITIONS, traits: TRAITS, waitsForProducers: false };
export const SECURE: StateTable = {
  transitions: SECURE_TRANSITIONS,
  traits: SECURE_TRAITS,
  waitsForProducers: true,
};
