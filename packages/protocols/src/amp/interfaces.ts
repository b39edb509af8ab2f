/**
 * The parts that an AMP connection is made of, as they see each other.
 *
 * @twisted twisted.protocols.amp (IBoxSender, IBoxReceiver, IResponderLocator)
 */
import type { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import { defineInterface } from '@skein/reactor/interfaces';

import type { AmpBox } from './ampBox';

/** Sends boxes: the wire's side of a connection. */
export interface IBoxSender {
  /**
   * Sends a box.
   *
   * @throws ProtocolSwitched when the connection belongs to another protocol now
   * @throws ConnectionLost when the connection is lost
   * @throws TooLong for a key or value that is
   */
  sendBox(box: AmpBox): void;
  /** Nobody handled an error: log it, and end the connection. */
  unhandledError(failure: Failure): unknown;
}
export const IBoxSender = defineInterface<IBoxSender>('IBoxSender', ['sendBox', 'unhandledError']);

/** Takes boxes: the application's side of a connection. */
export interface IBoxReceiver {
  /** Boxes will come, and may be answered by `boxSender`. */
  startReceivingBoxes(boxSender: IBoxSender): void;
  /** A box came. What it throws comes out of `dataReceived`. */
  ampBoxReceived(box: AmpBox): void;
  /** No more boxes will come. */
  stopReceivingBoxes(reason: Failure): void;
}
export const IBoxReceiver = defineInterface<IBoxReceiver>('IBoxReceiver', [
  'startReceivingBoxes',
  'ampBoxReceived',
  'stopReceivingBoxes',
]);

/** Answers the box of a command with the box of an answer. */
export type BoxResponder = (box: AmpBox) => AmpBox | Deferred<AmpBox> | Promise<AmpBox>;

/** Finds out who answers a command. */
export interface IResponderLocator {
  /** Who answers the command of that name, or null. */
  locateResponder(name: string): BoxResponder | null;
}
export const IResponderLocator = defineInterface<IResponderLocator>('IResponderLocator', ['locateResponder']);
