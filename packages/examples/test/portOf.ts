import { IPv4Address } from '@skein/reactor';
import type { IListeningPort } from '@skein/reactor/interfaces';

/** The number of the port that is listened on. */
export function portOf(listening: IListeningPort): number {
  const host = listening.getHost();
  if (!(host instanceof IPv4Address)) throw new TypeError(`wanted an IPv4 address, not ${host.toString()}`);
  return host.port;
}
