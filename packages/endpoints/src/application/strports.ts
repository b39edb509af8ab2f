/**
 * Servers from descriptions: the endpoints' little language, with a factory.
 *
 * @twisted twisted.application.strports
 */
import { currentReactor } from '@skein/reactor';
import { RuntimeError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { IListeningPort, IProtocolFactory, IReactor } from '@skein/reactor/interfaces';

import { serverFromString } from '../description/serverFromString';
import type { ServerDescription } from '../description/typed';

import { StreamServerEndpointService } from './internet/streamServerEndpointService';

/**
 * A service that serves `factory` at the endpoint that `description` stands for. Starting it throws when it cannot listen.
 *
 * @twisted twisted.application.strports.service
 *
 * @param reactor - default: the installed one
 *
 * @example
 * service('tcp:8123', new ChatFactory()).setServiceParent(application);
 */
export function service<const D extends string>(
  description: ServerDescription<D>,
  factory: IProtocolFactory,
  reactor: IReactor = currentReactor(),
): StreamServerEndpointService {
  const made = new StreamServerEndpointService(serverFromString<string>(reactor, description), factory);
  made.raiseSynchronously = true;
  return made;
}

/**
 * Listens now at the endpoint that `description` stands for. Throws what `listen` fails with, and `RuntimeError` when it takes
 * its time.
 *
 * @twisted twisted.application.strports.listen
 */
export function listen<const D extends string>(
  description: ServerDescription<D>,
  factory: IProtocolFactory,
  reactor: IReactor = currentReactor(),
): IListeningPort {
  const ports: IListeningPort[] = [];
  const failures: Failure[] = [];
  const listening = serverFromString<string>(reactor, description).listen(factory);
  listening.addCallbacks(
    (port) => ports.push(port),
    (failure) => failures.push(failure),
  );
  failures[0]?.raiseException();
  const [port] = ports;
  if (port === undefined) {
    listening.cancel();
    throw new RuntimeError(`cannot listen at "${description}" at once, wanted an endpoint that does; use service()`);
  }
  return port;
}
