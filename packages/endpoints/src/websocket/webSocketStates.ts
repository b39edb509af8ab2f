/**
 * The life of a WebSocket after its handshake, as a table.
 *
 * Rules for editing it: an input that a state does not list does nothing there; every state but `lost` leads to `lost`, which
 * leads nowhere, so `connectionLost` comes once, and last; `webSocketTransport.ts` carries out what a state means.
 *
 * Theory. Both sides say farewell by a Close frame; whoever has sent one sends nothing more, and whoever has got one is told
 * nothing more (RFC 6455, 7). There is no half-close: `loseWriteConnection` sends the Close frame and goes on listening, as TLS does. A
 * registered producer is waited for before the Close frame is sent, as over TLS.
 */

export type WebSocketState =
  /** Messages go both ways. */
  | 'open'
  /** `loseWriteConnection`: what is written is sent, then the Close frame. */
  | 'ending'
  /** It is sent; the peer may go on until it sends its own. */
  | 'ended'
  /** `loseConnection`: what is written is sent, then the Close frame. Nothing is delivered any more. */
  | 'losing'
  /** It is sent; the peer's is awaited. */
  | 'closing'
  /** Both Close frames have passed, or the peer has broken the rules: only the connection below is to end. */
  | 'finished'
  /** The connection below was aborted. */
  | 'aborting'
  /** The protocol has been told. */
  | 'lost';

export type WebSocketInput =
  | 'loseConnection'
  | 'loseWriteConnection'
  | 'abortConnection'
  /** Nothing holds the Close frame back any more. */
  | 'flushed'
  /** The peer's Close frame has come. */
  | 'peerClosed'
  /** The peer has broken the rules. */
  | 'violated'
  /** The connection below is lost. */
  | 'over';

export const TRANSITIONS: Readonly<Record<WebSocketState, Readonly<Partial<Record<WebSocketInput, WebSocketState>>>>> =
  {
    open: {
      loseConnection: 'losing',
      loseWriteConnection: 'ending',
      abortConnection: 'aborting',
      peerClosed: 'finished',
      violated: 'finished',
      over: 'lost',
    },
    ending: {
      loseConnection: 'losing',
      abortConnection: 'aborting',
      flushed: 'ended',
      peerClosed: 'finished',
      violated: 'finished',
      over: 'lost',
    },
    ended: {
      loseConnection: 'closing',
      abortConnection: 'aborting',
      peerClosed: 'finished',
      violated: 'finished',
      over: 'lost',
    },
    losing: {
      abortConnection: 'aborting',
      flushed: 'closing',
      peerClosed: 'finished',
      violated: 'finished',
      over: 'lost',
    },
    closing: { abortConnection: 'aborting', peerClosed: 'finished', violated: 'finished', over: 'lost' },
    finished: { abortConnection: 'aborting', over: 'lost' },
    aborting: { over: 'lost' },
    lost: {},
  };

export interface WebSocketTraits {
  /** Whether messages go to the protocol. */
  readonly delivers: boolean;
  /** Whether what arrives is looked at: for messages, or for the peer's Close frame. */
  readonly listens: boolean;
  /** Whether `write` takes data: always, only from a registered producer, or not. */
  readonly writes: 'always' | 'producer' | 'never';
}

export const TRAITS: Readonly<Record<WebSocketState, WebSocketTraits>> = {
  open: { delivers: true, listens: true, writes: 'always' },
  ending: { delivers: true, listens: true, writes: 'producer' },
  ended: { delivers: true, listens: true, writes: 'never' },
  losing: { delivers: false, listens: true, writes: 'producer' },
  closing: { delivers: false, listens: true, writes: 'never' },
  finished: { delivers: false, listens: false, writes: 'never' },
  aborting: { delivers: false, listens: false, writes: 'never' },
  lost: { delivers: false, listens: false, writes: 'never' },
};
