/**
 * Serving a factory at every `--listen`, and what is said when that cannot be: in words for somebody who has not read the howto.
 *
 * @twisted twisted.application.strports.service
 */
import type { CannotListenError } from '@skein/reactor/error';
import type { IProtocolFactory, IReactor } from '@skein/reactor/interfaces';

import { type IService, MultiService } from '../application/service';
import * as strports from '../application/strports';
import { serverFromString } from '../description/serverFromString';
import { UnknownEndpointType } from '../description/unknownEndpointType';

import { Ending, ExitStatus } from './exitStatus';

/** What some errors of the operating system mean, most often. */
const MEANINGS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'it is not permitted: low ports, and folders of others, want root, and --uid then gives that up',
  ENOENT: 'there is no such folder',
};

/** Throws `Ending` for a wrong description. */
export function checkDescriptions(descriptions: readonly string[], reactor: IReactor): void {
  for (const description of descriptions) {
    try {
      serverFromString<string>(reactor, description);
    } catch (error) {
      throw new Ending(ExitStatus.CONFIG, taught(error as Error), { cause: error });
    }
  }
}

/** The service that serves a factory at each description, all of which are right. */
export function serveAt(descriptions: readonly string[], factory: IProtocolFactory, reactor: IReactor): IService {
  const services = new MultiService();
  for (const description of descriptions) {
    const service = strports.service<string>(description, factory, reactor);
    new Described(description, service).setServiceParent(services);
  }
  return services;
}

/** Why listening failed, with what that means. */
export function cannotListen(error: CannotListenError): Ending {
  const meaning = MEANINGS[error.code];
  const message = meaning === undefined ? error.message : `${error.message.replace(/\.$/, '')} (${meaning})`;
  return new Ending(ExitStatus.UNAVAILABLE, message, { cause: error });
}

/** What the error says, and what it teaches beside. */
function taught(error: Error): string {
  return error instanceof UnknownEndpointType ? `${error.message}, ${error.hint}` : error.message;
}

/** A service whose start says which description it was that is wrong after all: a port that cannot be. */
class Described extends MultiService {
  readonly #description: string;

  constructor(description: string, service: IService) {
    super();
    this.#description = description;
    this.addService(service);
  }

  override privilegedStartService(): void {
    try {
      super.privilegedStartService();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Ending(ExitStatus.CONFIG, `cannot listen at "${this.#description}": ${error.message}`, {
        cause: error,
      });
    }
  }
}
