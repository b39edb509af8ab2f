/**
 * Server endpoints from text: what a user can write in a configuration file or on a command line.
 *
 * @twisted twisted.internet.endpoints.serverFromString
 *
 * Built in are `tcp`, `tcp6`, `unix` and `haproxy`. As in Twisted, `tcp` and `unix` must be written in lower case; all other types in any.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamServerEndpoint } from '../interfaces';
import { TCP4ServerEndpoint, TCP6ServerEndpoint } from '../tcpEndpoints';
import { UNIXServerEndpoint } from '../unixEndpoints';
import { proxyEndpoint } from '../wrapperEndpoints';

import { Arguments, type Signature } from './arguments';
import { type Description, parseDescription, typeOf, unparseDescription } from './parseDescription';
import { serverParser } from './plugins';
import type { ServerDescription } from './typed';

const TCP: Signature = {
  parameters: ['port', 'interface', 'backlog'],
  required: ['port'],
  example: 'tcp:8080:interface=127.0.0.1',
};
const TCP6: Signature = {
  parameters: ['port', 'backlog', 'interface'],
  required: ['port'],
  example: 'tcp6:8080:interface=\\:\\:1',
};
const UNIX: Signature = {
  parameters: ['address', 'mode', 'backlog', 'lockfile'],
  required: ['address'],
  example: 'unix:/run/chat.sock:mode=660',
};

function parseTCP(reactor: IReactor, description: Description): IStreamServerEndpoint {
  const args = new Arguments(description, TCP);
  return new TCP4ServerEndpoint(reactor, args.requiredInteger('port'), {
    interface: args.text('interface') ?? '',
    backlog: args.integer('backlog'),
  });
}

function parseTCP6(reactor: IReactor, description: Description): IStreamServerEndpoint {
  const args = new Arguments(description, TCP6);
  return new TCP6ServerEndpoint(reactor, args.requiredInteger('port'), {
    interface: args.text('interface') ?? '::',
    backlog: args.integer('backlog'),
  });
}

function parseUNIX(reactor: IReactor, description: Description): IStreamServerEndpoint {
  const args = new Arguments(description, UNIX);
  return new UNIXServerEndpoint(reactor, args.requiredText('address'), {
    mode: args.mode('mode') ?? 0o666,
    backlog: args.integer('backlog'),
    wantPID: args.flag('lockfile') ?? true,
  });
}

/**
 * The server endpoint that a description stands for.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP4ServerEndpoint} |
 * | `tcp6:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP6ServerEndpoint} |
 * | `unix:PATH[:mode=OCTAL][:backlog=N][:lockfile=0]` | {@link UNIXServerEndpoint} |
 * | `haproxy:DESCRIPTION` | the described endpoint behind a proxy: {@link proxyEndpoint} |
 *
 * Arguments may be given by position or by keyword (`tcp:port=80`). A colon or a backslash inside an argument wants a
 * backslash before it: see `quoteStringArgument`. Whole types can be added: see `registerEndpointParser`.
 *
 * A description that is written in the code is looked at in the editor, too: see `ServerDescription`.
 *
 * Throws `ValueError` for an unknown type and for a number that is none, `TypeError` for arguments that are missing or
 * not known; with a message that shows what is right. Nothing is listened on before `listen`.
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
  if (endpointType === 'tcp') return parseTCP(reactor, parsed);
  if (endpointType === 'unix') return parseUNIX(reactor, parsed);
  if (endpointType.toLowerCase() === 'tcp6') return parseTCP6(reactor, parsed);
  if (endpointType.toLowerCase() === 'haproxy') {
    const wrapped = unparseDescription(parsed.args.slice(1), parsed.kwargs);
    return proxyEndpoint(serverFromString<string>(reactor, wrapped));
  }
  return serverParser(endpointType).parseStreamServer(reactor, parsed.args.slice(1), parsed.kwargs);
}
