/**
 * Looking host names up.
 *
 * @twisted twisted.internet._resolver, twisted.internet.base.ReactorBase.resolve
 *
 * `resolve` and `connectTCP` take the first IPv4 address, as Twisted's do; endpoints use all addresses of a name.
 */
import { Deferred } from '../defer/deferred';
import type { Cancellation } from '../driver';
import { DNSLookupError } from '../error';
import { Failure } from '../failure';
import type { IHostnameResolver, IHostResolution, IResolutionReceiver } from '../interfaces';
import { isIPv4Address } from '../ipAddress';

import { DriverResolver } from './driverResolver';
import type { CoreServices } from './services';

/** Seconds for each try, as Twisted counts them; the operating system's resolver knows one try, which may take their sum. */
const DEFAULT_TIMEOUT: readonly number[] = [1, 3, 11, 45];

export class NameResolution {
  readonly #services: CoreServices;

  /** See `IReactorPluggableNameResolver`. */
  nameResolver: IHostnameResolver;

  constructor(services: CoreServices) {
    this.#services = services;
    this.nameResolver = new DriverResolver(services);
  }

  /** See `IReactorCore.resolve`. */
  resolve(name: string, timeout: readonly number[] = DEFAULT_TIMEOUT): Deferred<string> {
    let cancel: Cancellation = nothing;
    const resolved = new Deferred<string>(() => {
      cancel();
    });
    if (name === '' || isIPv4Address(name)) {
      resolved.callback(name === '' ? '0.0.0.0' : name);
      return resolved;
    }
    cancel = this.lookUpIPv4(
      name,
      (result) => {
        if (result instanceof Failure) resolved.errback(result);
        else resolved.callback(result);
      },
      timeout,
    );
    return resolved;
  }

  /** Finds the first IPv4 address of `name`, and calls `done` once with it, or with a Failure of `DNSLookupError`. */
  lookUpIPv4(
    name: string,
    done: (result: string | Failure) => void,
    timeout: readonly number[] = DEFAULT_TIMEOUT,
  ): Cancellation {
    let over = false;
    const end = (): void => {
      over = true;
      if (limit.active()) limit.cancel();
    };
    const finish = (result: string | Failure): void => {
      end();
      done(result);
    };
    const seconds = timeout.reduce((sum, each) => sum + each, 0);
    const limit = this.#services.turn.callLater(seconds, () => {
      resolution.cancel();
      finish(new Failure(new DNSLookupError(`address '${name}' not found: timeout error`)));
    }, []);
    let first: string | null = null;
    let begun: IHostResolution | null = null;
    const receiver: IResolutionReceiver = {
      resolutionBegan: (resolution) => {
        begun = resolution;
      },
      addressResolved: ({ host }) => {
        first ??= host;
      },
      resolutionComplete: () => {
        if (over) return;
        const text = `no results for hostname lookup: ${name}`;
        finish(first ?? new Failure(new DNSLookupError(text, { cause: begun?.cause })));
      },
    };
    const resolution = this.nameResolver.resolveHostName(receiver, name, { addressTypes: ['IPv4'] });
    return () => {
      if (over) return;
      end();
      resolution.cancel();
    };
  }
}

function nothing(): void {
  // No lookup is under way.
}
