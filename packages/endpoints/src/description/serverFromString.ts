/**
 * Server endpoints from text: what a user can write in a configuration file or on a command line.
 *
 * @twisted twisted.internet.endpoints.serverFromString
 *
 * As in Twisted, `tcp`, `unix` and `ssl` must be written in lower case; all other types in any.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamServerEndpoint } from '../interfaces';

import { kindOf, SERVER_KINDS } from './kinds';
import { parseDescription, typeOf } from './parseDescription';
import { serverParser } from './plugins';
import type { ServerDescription } from './typed';

/**
 * The server endpoint that a description stands for.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP4ServerEndpoint} |
 * | `tcp6:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP6ServerEndpoint} |
 * | `unix:PATH[:mode=OCTAL][:backlog=N][:lockfile=0]` | {@link UNIXServerEndpoint} |
 * | `ssl:PORT[:privateKey=FILE][:certKey=FILE][:…]` | {@link SSL4ServerEndpoint} |
 * | `tls:DESCRIPTION[:privateKey=FILE][:certKey=FILE][:…]` | TLS around the described endpoint: {@link wrapServerTLS} |
 * | `systemd:FAMILY:index=N`, `systemd:FAMILY:name=NAME` | {@link AdoptedStreamServerEndpoint} |
 * | `fd:N[:domain=FAMILY]` | {@link AdoptedStreamServerEndpoint} |
 * | `haproxy:DESCRIPTION` | the described endpoint behind a proxy: {@link proxyEndpoint} |
 *
 * Arguments may be given by position or by keyword (`tcp:port=80`). A colon or
 * a backslash inside an argument wants a backslash before it: see `quoteStringArgument`. Whole types can be added: see
 * `registerEndpointParser`.
 *
 * A description that is written in the code is looked at in the editor, too: see `ServerDescription`.
 *
 * Throws `ValueError` for an unknown type and for a value that cannot be, `TypeError` for arguments that are missing or not
 * known, and `OSError` for files that cannot be read; with a message that shows what is right. Nothing is listened on before
 * `listen`.
 *
 * @example
 * serverFromString(reactor, 'tcp:8080:interface=127.0.0.1').listen(factory);
 */
export function serverFromString<const D extends string>(
  reactor: IReactor,
  description: ServerDescription<D>,
): IStreamServerEndpoint {
  const parsed = parseDescription(description);
  const endpointType = typeOf(parsed);
  const kind = kindOf(SERVER_KINDS, endpointType);
  if (kind !== undefined) return kind.parse(reactor, parsed, serverFromString<string>);
  return serverParser(endpointType, SERVER_KINDS).parseStreamServer(reactor, parsed.args.slice(1), parsed.kwargs);
}
