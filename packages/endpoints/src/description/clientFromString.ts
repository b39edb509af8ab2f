/**
 * Client endpoints from text.
 *
 * @twisted twisted.internet.endpoints.clientFromString
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint } from '../interfaces';

import { CLIENT_KINDS, kindOf } from './kinds';
import { parseDescription, typeOf } from './parseDescription';
import { clientParser } from './plugins';
import type { ClientDescription } from './typed';

/**
 * The client endpoint that a description stands for. Types may be written in any case.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:HOST:PORT[:timeout=SECONDS][:bindAddress=ADDRESS]` | {@link TCP4ClientEndpoint} |
 * | `tls:HOST:PORT[:timeout=SECONDS][:trustRoots=FOLDER][:…]` | {@link wrapClientTLS} around a {@link HostnameEndpoint} |
 * | `tls:HOST:PORT:endpoint=DESCRIPTION` | {@link wrapClientTLS} around the described endpoint |
 * | `ssl:HOST:PORT[:hostname=NAME][:…]` | {@link SSL4ClientEndpoint} |
 * | `unix:PATH[:timeout=SECONDS][:lockfile=1]` | {@link UNIXClientEndpoint} |
 *
 * `timeout` is a whole number of seconds. Quoting, further types and errors are those of `serverFromString`.
 *
 * @example
 * connectProtocol(clientFromString(reactor, 'tcp:example.com:80:timeout=5'), new Greeter());
 */
export function clientFromString<const D extends string>(
  reactor: IReactor,
  description: ClientDescription<D>,
): IStreamClientEndpoint {
  const parsed = parseDescription(description);
  const endpointType = typeOf(parsed);
  const kind = kindOf(CLIENT_KINDS, endpointType);
  if (kind !== undefined) return kind.parse(reactor, parsed, clientFromString<string>);
  return clientParser(endpointType, CLIENT_KINDS).parseStreamClient(reactor, parsed.args.slice(1), parsed.kwargs);
}
