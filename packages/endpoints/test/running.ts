/** Running a real reactor for the length of a test. */
import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { type Deferred, maybeDeferred } from '@skein/reactor/defer';
import type { IListeningPort } from '@skein/reactor/interfaces';

import { type Outcome, outcomeOf } from './outcome';

/** Runs a reactor for as long as `scenario` takes, then stops it, and tells what came of it. */
export async function running<T>(scenario: (reactor: Reactor) => Deferred<T>): Promise<Outcome<T>> {
  const reactor = createNodeReactor();
  let outcome: Outcome<T> | null = null;
  reactor.callWhenRunning(() => {
    // What it throws has to end the test, too.
    const done = maybeDeferred(() => scenario(reactor));
    outcome = outcomeOf(done);
    done.addBoth(() => reactor.stop());
  });
  await reactor.run({ installSignalHandlers: false });
  if (outcome === null) throw new Error('the reactor did not start');
  return outcome;
}

/** The number of a TCP port. */
export function portOf(port: IListeningPort): number {
  return (port.getHost() as IPv4Address | IPv6Address).port;
}
