/**
 * What a module offers to be run, found among its exports.
 *
 * @twisted twisted.application.service.IServiceMaker, twisted.python.usage (what `twist` does with a plugin)
 */
import type { IProtocolFactory, IReactor } from '@skein/reactor/interfaces';
import { IProtocolFactory as ProtocolFactory } from '@skein/reactor/interfaces';

import { IService } from '../application/service';

import { Ending, ExitStatus } from './exitStatus';
import { checkDescriptions, serveAt } from './listening';

/** What `makeService` and `makeFactory` are called with. */
export interface MakeOptions {
  readonly reactor: IReactor;
  /** The descriptions of `--listen`. */
  readonly listen: readonly string[];
  /** What came after `--`. */
  readonly args: readonly string[];
}

type Exports = Readonly<Record<string, unknown>>;
type Make = (options: MakeOptions) => unknown;

/** What was found. */
type Found =
  | { readonly kind: 'service'; readonly service: IService; readonly tookListen: boolean }
  | { readonly kind: 'factory'; readonly factory: IProtocolFactory }
  | { readonly kind: 'main'; readonly main: (reactor: IReactor, ...args: string[]) => unknown };

const WANTED = 'makeService, makeFactory, application, service, factory, default or main';

/** The service that runs what a module exports; null for a `main`, which has been called. Throws `Ending`, and what the module throws. */
export async function serviceOfModule(name: string, exports: Exports, options: MakeOptions): Promise<IService | null> {
  const { reactor, listen } = options;
  const found = await find(name, exports, options).catch((error: unknown) => {
    // What a module makes of --listen is its business; but that it threw for a wrong description is not its fault.
    checkDescriptions(listen, reactor);
    throw error;
  });
  if (found.kind === 'factory') return serve(name, found.factory, reactor, listen);
  if (listen.length > 0 && !(found.kind === 'service' && found.tookListen)) {
    throw new Ending(
      ExitStatus.USAGE,
      `"${name}" exports a ${found.kind === 'main' ? 'main' : 'service'}, which says itself where it listens: --listen is for factories`,
    );
  }
  if (found.kind === 'service') return found.service;
  await found.main(reactor, ...options.args);
  return null;
}

function serve(name: string, factory: IProtocolFactory, reactor: IReactor, listen: readonly string[]): IService {
  if (listen.length === 0) {
    throw new Ending(ExitStatus.USAGE, `"${name}" exports a factory: where is it to listen? (--listen tcp:8123)`);
  }
  checkDescriptions(listen, reactor);
  return serveAt(listen, factory, reactor);
}

async function find(name: string, exports: Exports, options: MakeOptions): Promise<Found> {
  for (const key of ['makeService', 'makeFactory']) {
    const make = exports[key];
    if (typeof make !== 'function') continue;
    const made: unknown = await (make as Make)(options);
    const found = classify(made, true);
    if (found !== null) return found;
    throw wrong(name, `what its ${key} made is no ${key === 'makeService' ? 'service' : 'factory'}`);
  }
  for (const key of ['application', 'service', 'factory']) {
    const found = classify(exports[key], false);
    if (found !== null) return found;
    if (exports[key] !== undefined) throw wrong(name, `its ${key} is none`);
  }
  const { default: main, ...others } = exports;
  if (main !== undefined && main !== null) {
    const found = classify(main, false);
    if (found !== null) return found;
    // `export default { factory }`, and what a CommonJS module looks like that was imported.
    if (typeof main === 'object' && main !== others) return find(name, main as Exports, options);
    if (typeof main === 'function') {
      const made = classify(await makeDefault(main as Make, options), true);
      if (made !== null) return made;
      throw wrong(name, 'what its default export made is no service and no factory');
    }
  }
  const started = exports['main'];
  if (typeof started === 'function') return { kind: 'main', main: started as (reactor: IReactor) => unknown };
  throw wrong(name, `it exports ${Object.keys(exports).join(', ') || 'nothing'}`);
}

/** A class is made one of; a function is called. */
function makeDefault(made: Make, options: MakeOptions): unknown {
  return /^class\b/.test(Function.prototype.toString.call(made))
    ? new (made as unknown as new (options: MakeOptions) => unknown)(options)
    : made(options);
}

function classify(value: unknown, tookListen: boolean): Found | null {
  if (IService.providedBy(value)) return { kind: 'service', service: value, tookListen };
  return ProtocolFactory.providedBy(value) ? { kind: 'factory', factory: value } : null;
}

function wrong(name: string, problem: string): Ending {
  return new Ending(ExitStatus.CONFIG, `cannot run "${name}": ${problem}, wanted an export of ${WANTED}`);
}
