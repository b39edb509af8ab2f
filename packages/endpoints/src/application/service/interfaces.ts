/**
 * What services are, to those that start and stop them.
 *
 * @twisted twisted.application.service.IService, IServiceCollection
 */
import { defineInterface } from '@skein/reactor/interfaces';

/**
 * Something that is started, runs, and is stopped.
 *
 * @twisted twisted.application.service.IService
 */
export interface IService {
  /** The name by which its parent knows it; null: none. */
  readonly name: string | null;
  /** Whether it has been started and not been stopped. */
  readonly running: boolean;
  /** The collection it belongs to; null: none. */
  readonly parent: IServiceCollection | null;
  /** Names the service. Throws `RuntimeError` when it has a parent. */
  setName(name: string): void;
  /** Makes it a child of `parent`, and no longer of the one before. Throws `RuntimeError` when a child there has its name. */
  setServiceParent(parent: IServiceCollection): void;
  /** Takes it away from its parent. A Deferred (or a promise) when that takes time: it is stopped if the parent runs. */
  disownServiceParent(): unknown;
  /** Does what wants the privileges with which the process was started: binding low ports. Comes before `startService`. */
  privilegedStartService(): void;
  /** Starts. */
  startService(): void;
  /** Stops. A Deferred (or a promise) when that takes time, which fires when it is done; anything else: it is done. */
  stopService(): unknown;
}
export const IService = defineInterface<IService>('IService', [
  'name',
  'running',
  'parent',
  'setName',
  'setServiceParent',
  'disownServiceParent',
  'privilegedStartService',
  'startService',
  'stopService',
]);

/**
 * A number of services.
 *
 * @twisted twisted.application.service.IServiceCollection
 */
export interface IServiceCollection extends Iterable<IService> {
  /** The child of that name. Throws `KeyError` when there is none. */
  getServiceNamed(name: string): IService;
  /** Adds a child. For `setServiceParent`, which also tells the child. Throws `RuntimeError` when one has its name. */
  addService(service: IService): void;
  /** Removes a child. For `disownServiceParent`, which also tells the child. Throws `ValueError` for what is no child. */
  removeService(service: IService): unknown;
}
export const IServiceCollection = defineInterface<IServiceCollection>('IServiceCollection', [
  'getServiceNamed',
  'addService',
  'removeService',
]);
