import type { IProtocol } from '../interfaces';

/**
 * The protocol of a client connection whose factory built nothing: deaf and dumb, so that the connection has an end like
 * any other. Twisted uses a plain `Protocol` there.
 */
export const NULL_PROTOCOL: IProtocol = Object.freeze({
  makeConnection: nothing,
  connectionMade: nothing,
  dataReceived: nothing,
  connectionLost: nothing,
});

function nothing(): void {
  // Nobody listens.
}
