/**
 * Client endpoints from text.
 *
 * @twisted twisted.internet.endpoints.clientFromString
 *
 * Built in are `tcp` and `unix`, in any case.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint } from '../interfaces';
import { TCP4ClientEndpoint } from '../tcpEndpoints';
import { UNIXClientEndpoint } from '../unixEndpoints';

import { Arguments, type Signature } from './arguments';
import { type Description, parseDescription, typeOf } from './parseDescription';
import { clientParser } from './plugins';
import type { ClientDescription } from './typed';

const TCP: Signature = {
  parameters: ['host', 'port', 'timeout', 'bindAddress'],
  positional: 2,
  required: ['host', 'port'],
  example: 'tcp:example.com:80:timeout=5',
};
const UNIX: Signature = {
  parameters: ['path', 'timeout', 'lockfile'],
  positional: 1,
  required: ['path'],
  example: 'unix:/run/chat.sock:timeout=5',
};

function parseTCP(reactor: IReactor, description: Description): IStreamClientEndpoint {
  const args = new Arguments(withHostAndPortNamed(description), TCP);
  const timeout = args.integer('timeout');
  const bindAddress = args.text('bindAddress');
  return new TCP4ClientEndpoint(reactor, args.requiredText('host'), args.requiredInteger('port'), {
    ...(timeout !== null && { timeout }),
    bindAddress: bindAddress === null ? null : [bindAddress, 0],
  });
}

/**
 * Host and port may be given in many ways: both by position (then they win over keywords), or one of them, the other being
 * what the keyword is not.
 */
function withHostAndPortNamed({ text, args, kwargs }: Description): Description {
  const [endpointType = '', first, second, ...more] = args;
  if (first === undefined || more.length > 0) return { text, args, kwargs };
  if (second !== undefined) return { text, args: [endpointType], kwargs: { ...kwargs, host: first, port: second } };
  const named = 'host' in kwargs ? { port: first } : { host: first };
  return { text, args: [endpointType], kwargs: { ...kwargs, ...named } };
}

function parseUNIX(reactor: IReactor, { text, args, kwargs }: Description): IStreamClientEndpoint {
  const [endpointType = '', path, ...more] = args;
  // A path by position wins over one by keyword.
  const named = path !== undefined && more.length === 0;
  const description = named ? { text, args: [endpointType], kwargs: { ...kwargs, path } } : { text, args, kwargs };
  const bound = new Arguments(description, UNIX);
  const timeout = bound.integer('timeout');
  return new UNIXClientEndpoint(reactor, bound.requiredText('path'), {
    ...(timeout !== null && { timeout }),
    checkPID: bound.flag('lockfile') ?? false,
  });
}

/**
 * The client endpoint that a description stands for.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:HOST:PORT[:timeout=SECONDS][:bindAddress=ADDRESS]` | {@link TCP4ClientEndpoint} |
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
  if (endpointType.toLowerCase() === 'tcp') return parseTCP(reactor, parsed);
  if (endpointType.toLowerCase() === 'unix') return parseUNIX(reactor, parsed);
  return clientParser(endpointType).parseStreamClient(reactor, parsed.args.slice(1), parsed.kwargs);
}
