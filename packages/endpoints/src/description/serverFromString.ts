/**
 * Server endpoints from text: what a user can write in a configuration file or on a command line.
 *
 * @twisted twisted.internet.endpoints.serverFromString
 *
 * Built in are `tcp` and `tcp6`. As in Twisted, `tcp` must be written in lower case; all other types in any.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamServerEndpoint } from '../interfaces';
import { TCP4ServerEndpoint, TCP6ServerEndpoint } from '../tcpEndpoints';

import { Arguments, type Signature } from './arguments';
import { type Description, parseDescription } from './parseDescription';
import { serverParser } from './plugins';

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

/**
 * The server endpoint that a description stands for.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP4ServerEndpoint} |
 * | `tcp6:PORT[:interface=ADDRESS][:backlog=N]` | {@link TCP6ServerEndpoint} |
 *
 * Arguments may be given by position or by keyword (`tcp:port=80`). A colon or a backslash inside an argument wants a
 * backslash before it: see `quoteStringArgument`. Whole types can be added: see `registerEndpointParser`.
 *
 * Throws `ValueError` for an unknown type and for a number that is none, `TypeError` for arguments that are missing or
 * not known; with a message that shows what is right. Nothing is listened on before `listen`.
 *
 * @example
 * serverFromString(reactor, 'tcp:8080:interface=127.0.0.1').listen(factory);
 */
export function serverFromString(reactor: IReactor, description: string): IStreamServerEndpoint {
  const parsed = parseDescription(description);
  const [endpointType = '', ...args] = parsed.args;
  if (endpointType === 'tcp') return parseTCP(reactor, parsed);
  if (endpointType.toLowerCase() === 'tcp6') return parseTCP6(reactor, parsed);
  return serverParser(endpointType).parseStreamServer(reactor, args, parsed.kwargs);
}
