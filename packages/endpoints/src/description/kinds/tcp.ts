/**
 * `tcp:` and `tcp6:` in descriptions.
 *
 * @twisted twisted.internet.endpoints._parseTCP, _TCP6ServerParser, _parseClientTCP
 */
import { TCP4ClientEndpoint, TCP4ServerEndpoint, TCP6ServerEndpoint } from '../../tcpEndpoints';
import { Arguments, type Parameter, type Signature } from '../arguments';
import type { Description } from '../parseDescription';

import type { ClientKind, ServerKind } from './kind';

export const PORT: Parameter = { name: 'port', what: 'the port, 0 for any that is free', required: true };
export const BACKLOG: Parameter = {
  name: 'backlog',
  what: 'how many connections may wait to be accepted',
  default: '511',
};
export const INTERFACE: Parameter = {
  name: 'interface',
  what: 'the IP address to listen on',
  default: 'all IPv4 addresses',
};
export const HOST: Parameter = { name: 'host', what: 'the name or IP address to connect to', required: true };
export const CLIENT_PORT: Parameter = { name: 'port', what: 'the port to connect to', required: true };
export const TIMEOUT: Parameter = {
  name: 'timeout',
  what: 'whole seconds until an attempt to connect fails',
  default: '30',
};
export const BIND_ADDRESS: Parameter = {
  name: 'bindAddress',
  what: 'the local IP address to connect from',
  default: 'any',
};

export const TCP_SERVER: ServerKind = {
  prefix: 'tcp',
  lowerCaseOnly: true,
  summary: 'TCP over IPv4: `TCP4ServerEndpoint`',
  signature: { parameters: [PORT, INTERFACE, BACKLOG], example: 'tcp:8080:interface=127.0.0.1' },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    return new TCP4ServerEndpoint(reactor, args.requiredInteger('port'), {
      interface: args.text('interface') ?? '',
      backlog: args.integer('backlog'),
    });
  },
};

export const TCP6_SERVER: ServerKind = {
  prefix: 'tcp6',
  summary: 'TCP over IPv6, and on most systems IPv4 too: `TCP6ServerEndpoint`',
  signature: {
    parameters: [PORT, BACKLOG, { ...INTERFACE, default: '`::`, all addresses' }],
    example: 'tcp6:8080:interface=\\:\\:1',
  },
  parse(reactor, description) {
    const args = new Arguments(description, this.signature);
    return new TCP6ServerEndpoint(reactor, args.requiredInteger('port'), {
      interface: args.text('interface') ?? '::',
      backlog: args.integer('backlog'),
    });
  },
};

export const TCP_CLIENT: ClientKind = {
  prefix: 'tcp',
  summary: 'TCP: `TCP4ClientEndpoint`, to an IPv4 address, or to the first one of a name',
  signature: {
    parameters: [HOST, CLIENT_PORT, TIMEOUT, BIND_ADDRESS],
    positional: 2,
    example: 'tcp:example.com:80:timeout=5',
  },
  parse(reactor, description) {
    const args = clientArguments(description, this.signature);
    return new TCP4ClientEndpoint(
      reactor,
      args.requiredText('host'),
      args.requiredInteger('port'),
      connectOptions(args),
    );
  },
};

/**
 * Arguments that begin with host and port, which may be given in many ways: both by position (then they win over keywords), or
 * one of them, the other being what the keyword is not.
 */
export function clientArguments(description: Description, signature: Signature): Arguments {
  return new Arguments(withHostAndPortNamed(description), signature);
}

/** The options that all TCP clients have. */
export function connectOptions(args: Arguments): { timeout?: number; bindAddress: readonly [string, number] | null } {
  const timeout = args.integer('timeout');
  const bindAddress = args.text('bindAddress');
  return {
    ...(timeout !== null && { timeout }),
    bindAddress: bindAddress === null ? null : [bindAddress, 0],
  };
}

function withHostAndPortNamed({ text, args, kwargs }: Description): Description {
  const [endpointType = '', first, second, ...more] = args;
  if (first === undefined || more.length > 0) return { text, args, kwargs };
  if (second !== undefined) return { text, args: [endpointType], kwargs: { ...kwargs, host: first, port: second } };
  const named = 'host' in kwargs ? { port: first } : { host: first };
  return { text, args: [endpointType], kwargs: { ...kwargs, ...named } };
}
