/**
 * Services: parts of a program that are started and stopped together.
 *
 * @twisted twisted.application.service
 *
 * Left out: `IServiceMaker`, for which a module's `makeService` stands (see the command `skein run`); loading applications from
 * files (pickles).
 */
export { Application, type ApplicationOptions, IProcess } from './application';
export { IService, IServiceCollection } from './interfaces';
export { MultiService } from './multiService';
export { Service } from './service';
