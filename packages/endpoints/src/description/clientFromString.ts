/**
 * Client endpoints from text.
 *
 * @twisted twisted.internet.endpoints.clientFromString
 *
 * Built in is `tcp`, in any case.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint } from '../interfaces';
import { TCP4ClientEndpoint } from '../tcpEndpoints';

import { Arguments, type Signature } from './arguments';
import { type Description, parseDescription } from './parseDescription';
import { clientParser } from './plugins';

const TCP: Signature = {
  parameters: ['host', 'port', 'timeout', 'bindAddress'],
  required: ['host', 'port'],
  example: 'tcp:example.com:80:timeout=5',
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
 * what the keyword is not. Nothing else may be given by position: a third argument makes them all too many.
 */
function withHostAndPortNamed({ text, args, kwargs }: Description): Description {
  const [endpointType = '', first, second, ...more] = args;
  if (first === undefined || more.length > 0) return { text, args, kwargs };
  if (second !== undefined) return { text, args: [endpointType], kwargs: { ...kwargs, host: first, port: second } };
  const named = 'host' in kwargs ? { port: first } : { host: first };
  return { text, args: [endpointType], kwargs: { ...kwargs, ...named } };
}

/**
 * The client endpoint that a description stands for.
 *
 * | description | endpoint |
 * | --- | --- |
 * | `tcp:HOST:PORT[:timeout=SECONDS][:bindAddress=ADDRESS]` | {@link TCP4ClientEndpoint} |
 *
 * `timeout` is a whole number of seconds. Quoting, further types and errors are those of `serverFromString`.
 *
 * @example
 * connectProtocol(clientFromString(reactor, 'tcp:example.com:80:timeout=5'), new Greeter());
 */
export function clientFromString(reactor: IReactor, description: string): IStreamClientEndpoint {
  const parsed = parseDescription(description);
  const [endpointType = '', ...args] = parsed.args;
  if (endpointType.toLowerCase() === 'tcp') return parseTCP(reactor, parsed);
  return clientParser(endpointType).parseStreamClient(reactor, args, parsed.kwargs);
}
