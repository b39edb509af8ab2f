/**
 * Looking a host name up for all its addresses, as a Deferred.
 */
import { Deferred } from '@skein/reactor/defer';
import type {
  IHostnameResolver,
  IHostResolution,
  InternetAddress,
  IResolutionReceiver,
  ResolveHostNameOptions,
} from '@skein/reactor/interfaces';

/**
 * All addresses of a name, in the resolver's order; an empty list when there are none.
 *
 * @param canceller - called with the Deferred when it is cancelled, after the lookup has been; by default it fails with
 * `CancelledError`
 */
export function lookUpAddresses(
  resolver: IHostnameResolver,
  hostName: string,
  options: ResolveHostNameOptions,
  canceller: ((deferred: Deferred<InternetAddress[]>) => void) | null = null,
): Deferred<InternetAddress[]> {
  const addresses: InternetAddress[] = [];
  let resolution: IHostResolution | null = null;
  let done = false;
  const found = new Deferred<InternetAddress[]>((deferred) => {
    done = true;
    resolution?.cancel();
    canceller?.(deferred);
  });
  const receiver: IResolutionReceiver = {
    resolutionBegan(begun) {
      resolution = begun;
    },
    addressResolved(address) {
      addresses.push(address);
    },
    resolutionComplete() {
      if (done) return;
      done = true;
      found.callback(addresses);
    },
  };
  try {
    resolver.resolveHostName(receiver, hostName, options);
  } catch (error) {
    if (!done) {
      done = true;
      found.errback(error);
    }
  }
  return found;
}
