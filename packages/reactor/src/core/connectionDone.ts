import { ConnectionDone } from '../error';
import { Failure } from '../failure';

/**
 * The one error of all clean ends, as Twisted's `main.CONNECTION_DONE` is: nothing went wrong in any place, so there is no
 * stack worth what capturing it for every connection costs.
 */
const CONNECTION_DONE = new ConnectionDone();
Object.defineProperty(CONNECTION_DONE, 'stack', { value: `ConnectionDone: ${CONNECTION_DONE.message}` });
Object.freeze(CONNECTION_DONE);

/** The reason of a clean end. */
export function connectionDone(): Failure {
  return new Failure(CONNECTION_DONE);
}
