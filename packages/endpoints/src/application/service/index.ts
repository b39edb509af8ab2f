/**
 * Services: parts of a program that are started and stopped together.
 *
 * @twisted twisted.application.service
 *
 * Left out: `Application`, `Process` and `IServiceMaker`, which belong to the command that runs them; loading applications
 * from files (pickles).
 */
export { IService, IServiceCollection } from './interfaces';
export { MultiService } from './multiService';
export { Service } from './service';
