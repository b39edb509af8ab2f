/**
 * The base class of services.
 *
 * @twisted twisted.application.service.Service
 */
import { RuntimeError } from '@skein/reactor/error';

import type { IService, IServiceCollection } from './interfaces';

/**
 * Keeps the books of a service: its name, its parent, whether it runs. Override `startService` and `stopService`, and
 * call the ones overridden.
 *
 * @twisted twisted.application.service.Service
 *
 * @example
 * class Announcer extends Service {
 *   override startService() {
 *     super.startService();
 *     console.log('open');
 *   }
 *   override stopService() {
 *     console.log('closed');
 *     return super.stopService();
 *   }
 * }
 */
export class Service implements IService {
  running = false;
  name: string | null = null;
  parent: IServiceCollection | null = null;

  setName(name: string): void {
    if (this.parent !== null) throw new RuntimeError('cannot change name when parent exists');
    this.name = name;
  }

  setServiceParent(parent: IServiceCollection): void {
    if (this.parent !== null) this.disownServiceParent();
    this.parent = parent;
    try {
      parent.addService(this);
    } catch (error) {
      this.parent = null;
      throw error;
    }
  }

  /** Throws `RuntimeError` when it has no parent. */
  disownServiceParent(): unknown {
    if (this.parent === null) throw new RuntimeError('cannot leave a parent when there is none');
    const stopped = this.parent.removeService(this);
    this.parent = null;
    return stopped;
  }

  privilegedStartService(): void {}

  startService(): void {
    this.running = true;
  }

  stopService(): unknown {
    this.running = false;
    return null;
  }
}
