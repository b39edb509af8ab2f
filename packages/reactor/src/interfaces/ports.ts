import type { Deferred } from '../defer/deferred';

import type { IAddress } from './address';
import { defineInterface } from './defineInterface';

/**
 * A socket that accepts connections (or datagrams).
 *
 * @twisted twisted.internet.interfaces.IListeningPort
 */
export interface IListeningPort extends AsyncDisposable {
  /** Binds and listens. `listenTCP` has done it; call it to listen again after `stopListening`. Throws `CannotListenError`. */
  startListening(): void;
  /**
   * Stops accepting now. The Deferred fires with null when the socket is closed, the factory stopped, and the address free
   * again; it fails with what `stopFactory` threw. Established connections are not touched.
   * Returns null on a port that does not listen.
   */
  stopListening(): Deferred<null> | null;
  /** The address listened on, with the real port number; of a stopped port, the last one. */
  getHost(): IAddress;
  /** For `await using`: `stopListening()`, fulfilled when the port is closed. (Not in Twisted.) */
  [Symbol.asyncDispose](): Promise<void>;
}
export const IListeningPort = defineInterface<IListeningPort>('IListeningPort', [
  'startListening',
  'stopListening',
  'getHost',
]);
