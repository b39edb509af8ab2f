/**
 * The root of a program's services.
 *
 * @twisted twisted.application.service.Application, Process, IProcess
 *
 * Left out: saving it (`IPersistable`, `.tap` files); and adapting: in Twisted an application is made by a function and asked for its
 * parts (`IService(application)`), here it is them.
 */
import { defineInterface } from '@skein/reactor/interfaces';

import { MultiService } from './multiService';

/**
 * How the process of an application is to run.
 *
 * @twisted twisted.application.service.IProcess
 */
export interface IProcess {
  /** What the process calls itself in lists of processes; null: nothing. */
  readonly processName: string | null;
  /** Whose rights it runs with, once it listens; null: whose it was started with. */
  readonly uid: number | string | null;
  readonly gid: number | string | null;
}
export const IProcess = defineInterface<IProcess>('IProcess', ['processName', 'uid', 'gid']);

/** Options of `Application`: as `IProcess` has them; default null. */
export type ApplicationOptions = Partial<IProcess>;

/**
 * The service that all others of a program are children of: what `npx skein run` starts, and stops.
 *
 * @twisted twisted.application.service.Application
 *
 * @example
 * export const application = new Application('chat', { uid: 'chat' });
 * strports.service('tcp:8123', new ChatFactory()).setServiceParent(application);
 */
export class Application extends MultiService implements IProcess {
  readonly processName: string | null;
  readonly uid: number | string | null;
  readonly gid: number | string | null;

  constructor(name: string, { processName = null, uid = null, gid = null }: ApplicationOptions = {}) {
    super();
    this.setName(name);
    this.processName = processName;
    this.uid = uid;
    this.gid = gid;
  }
}
