/**
 * The events of every reactor of the process, on Node's `diagnostics_channel`: channel `skein.reactor.<event>`, for example
 * `skein.reactor.connectionMade`, whose messages are objects with the event's arguments by name, and the
 * name of the reactor's driver (`{ transport, driver: 'node' }`).
 *
 * For tools that find what they watch by name and know no reactor; a program that has its reactor listens to
 * `reactor.events`. What a subscriber throws is an uncaught exception: Node's rule for all channels. (No Twisted counterpart.)
 */
import { type Channel, channel } from 'node:diagnostics_channel';

import type { ReactorEventMap } from './reactorEvents';

/** The names of each event's arguments, in order. */
const FIELDS: Readonly<Record<keyof ReactorEventMap, readonly string[]>> = {
  connectingStarted: ['connector'],
  connectionMade: ['transport'],
  connectionLost: ['transport', 'reason'],
  bytesRead: ['transport', 'count'],
  bytesWritten: ['transport', 'count'],
  delayedCallScheduled: ['call'],
  delayedCallRan: ['call'],
  listeningStarted: ['port', 'address'],
  listeningStopped: ['port', 'address'],
  userCodeFailed: ['where', 'failure'],
};

const channels = Object.fromEntries(
  Object.keys(FIELDS).map((event) => [event, channel(`skein.reactor.${event}`)]),
) as unknown as Readonly<Record<keyof ReactorEventMap, Channel>>;
const all: readonly Channel[] = Object.values(channels);

/** Whether anybody subscribes to any of the channels. */
export function anySubscriber(): boolean {
  for (const each of all) if (each.hasSubscribers) return true;
  return false;
}

/** Publishes `event` of a reactor with that driver on its channel. */
export function publishOnChannel<K extends keyof ReactorEventMap>(
  event: K,
  args: ReactorEventMap[K],
  driver: string,
): void {
  const target = channels[event];
  if (!target.hasSubscribers) return;
  target.publish({ ...Object.fromEntries(FIELDS[event].map((field, i) => [field, args[i]])), driver });
}
