import { IPv4Address, IPv6Address } from '../address';
import type { Cancellation } from '../driver';
import type { IHostnameResolver, IHostResolution, IResolutionReceiver, ResolveHostNameOptions } from '../interfaces';

import { toSocketAddress } from './addresses';
import type { CoreServices } from './services';

/** What looks names up unless something else is installed: the driver. */
export class DriverResolver implements IHostnameResolver {
  readonly #services: CoreServices;

  constructor(services: CoreServices) {
    this.#services = services;
  }

  resolveHostName(
    receiver: IResolutionReceiver,
    hostName: string,
    { portNumber = 0, addressTypes = null }: ResolveHostNameOptions = {},
  ): IHostResolution {
    let cancelLookup: Cancellation | null = null;
    const resolution = { name: hostName, cause: undefined as unknown, cancel: () => cancelLookup?.() };
    const complete = (found: readonly { readonly family: 'IPv4' | 'IPv6'; readonly host: string }[]): void => {
      for (const { family, host } of found) {
        if (addressTypes !== null && !addressTypes.includes(family)) continue;
        receiver.addressResolved(
          family === 'IPv4' ? new IPv4Address('TCP', host, portNumber) : new IPv6Address('TCP', host, portNumber),
        );
      }
      receiver.resolutionComplete();
    };
    receiver.resolutionBegan(resolution);
    const literal = toSocketAddress(hostName, portNumber);
    if (literal !== null) {
      complete([literal]);
      return resolution;
    }
    const { dispatch, driver } = this.#services;
    cancelLookup = driver.resolveName(hostName, (error, addresses) => {
      resolution.cause = error ?? undefined;
      dispatch.call('a name resolution', () => {
        complete(addresses);
      });
    });
    return resolution;
  }
}
