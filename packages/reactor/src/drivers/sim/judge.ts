/**
 * What a test decides for single pieces of what travels: lost, late, cut off.
 *
 * The fabric's links have manners (`fabric.ts`); a judge makes exceptions, one piece at a time. While there is none, nothing is
 * asked and nothing costs.
 */

/** A request to connect, or a piece of a connection, about to be sent. */
export interface Segment {
  readonly kind: 'connect' | 'data' | 'fin' | 'reset';
  /** The host that sends, by name. */
  readonly from: string;
  /** The host it goes to; null when nobody has the address. */
  readonly to: string | null;
  /** The port, or the path, that the connection was made to. */
  readonly port: number | string;
  /** Whether it goes from who accepted the connection to who made it. */
  readonly isReply: boolean;
  /** The number of the connection, from 1, in the order in which they were begun. */
  readonly connection: number;
  /** How many bytes of data it has. */
  readonly bytes: number;
  /** How many bytes were sent before it, in this direction of the connection. */
  readonly offset: number;
  /** How often it has been sent already: what is lost is sent again. */
  readonly attempt: number;
}

/**
 * What becomes of it. `drop`: it is lost, and sent again later. `refuse`: nobody listens. `reset`: the connection is cut, and
 * both ends are told. `delay`: so many microseconds later. `resetAfter`: so many of its bytes get through, and then the
 * connection is cut.
 */
export type Verdict = 'drop' | 'refuse' | 'reset' | { readonly delay: number } | { readonly resetAfter: number };

/** Decides; null leaves things as they are. */
export type Judge = (segment: Segment) => Verdict | null;
