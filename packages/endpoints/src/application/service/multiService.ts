/**
 * A service of services.
 *
 * @twisted twisted.application.service.MultiService
 */
import { DeferredList, maybeDeferred } from '@skein/reactor/defer';
import { KeyError, RuntimeError, ValueError } from '@skein/reactor/error';

import type { IService, IServiceCollection } from './interfaces';
import { Service } from './service';

/**
 * Holds services, and starts and stops them all: in the order they were added, and in reverse. None waits for another; this
 * one is stopped when all are. A child that is added while it runs is started at once.
 *
 * @twisted twisted.application.service.MultiService
 *
 * @example
 * const application = new MultiService();
 * strports.service('tcp:8123', new ChatFactory()).setServiceParent(application);
 * new TimerService(60, saveRooms).setServiceParent(application);
 * application.startService();
 */
export class MultiService extends Service implements IServiceCollection {
  /** The children, in the order they were added. */
  readonly services: IService[] = [];
  /** Those with a name, by name. */
  readonly namedServices = new Map<string, IService>();

  override privilegedStartService(): void {
    super.privilegedStartService();
    for (const service of this) service.privilegedStartService();
  }

  override startService(): void {
    super.startService();
    // A child may add others, which are started as they are added: each is started once. (In Twisted, twice.)
    for (const service of [...this.services]) if (this.services.includes(service)) service.startService();
  }

  /**
   * Stops all children. The Deferred fires when every one has stopped, with a pair for each, in the order they were stopped in:
   * `[true, result]` or `[false, failure]`. Failures are reported as unhandled, too.
   */
  override stopService(): DeferredList {
    super.stopService();
    return new DeferredList([...this.services].reverse().map((service) => maybeDeferred(() => service.stopService())));
  }

  getServiceNamed(name: string): IService {
    const service = this.namedServices.get(name);
    if (service === undefined) throw new KeyError(`there is no service named '${name}'`);
    return service;
  }

  [Symbol.iterator](): Iterator<IService> {
    return this.services[Symbol.iterator]();
  }

  addService(service: IService): void {
    if (service.name !== null) {
      if (this.namedServices.has(service.name)) {
        throw new RuntimeError(`cannot have two services with same name '${service.name}'`);
      }
      this.namedServices.set(service.name, service);
    }
    this.services.push(service);
    if (this.running) {
      // The process may have no privileges any more; it may need none.
      service.privilegedStartService();
      service.startService();
    }
  }

  removeService(service: IService): unknown {
    const index = this.services.indexOf(service);
    if (index === -1) throw new ValueError(`cannot remove service '${service.name ?? ''}', wanted one of the children`);
    if (service.name !== null) this.namedServices.delete(service.name);
    this.services.splice(index, 1);
    return this.running ? service.stopService() : null;
  }
}
