/**
 * `ws:` and `wss:` in descriptions of endpoints.
 *
 * What lies below is described by the arguments of `tcp:` and `ssl:` (servers), of `tcp:` and `tls:` (clients), beside the
 * WebSocket's own; or by another description, as the one positional argument: `ws:unix\:/run/chat.sock`, or `ws:endpoint=…`
 * when it has an `=` in it. `wss:` speaks TLS over that one, as `tls:endpoint=…` does, and takes the arguments of `tls:` then.
 */
import { ValueError } from '@skein/reactor/error';
import type { IReactor } from '@skein/reactor/interfaces';

import { Arguments, type Parameter } from '../description/arguments';
import { clientFromString } from '../description/clientFromString';
import type { ClientKind, ServerKind } from '../description/kinds';
import { SSL_SERVER } from '../description/kinds/ssl';
import { connectOptions, TCP_CLIENT, TCP_SERVER } from '../description/kinds/tcp';
import { TLS_CLIENT, TLS_SERVER } from '../description/kinds/tls';
import { type Description, unparseDescription } from '../description/parseDescription';
import type {
  DescriptionKeywords,
  IStreamClientEndpointStringParserWithReactor,
  IStreamServerEndpointStringParser,
} from '../description/plugins';
import { serverFromString } from '../description/serverFromString';
import { HostnameEndpoint } from '../hostnameEndpoint';
import type { IStreamClientEndpoint } from '../interfaces';

import { FRAME_KINDS, type WebSocketOptions } from './options';
import { readPage } from './pageFile';
import { WebSocketClientEndpoint } from './webSocketClientEndpoint';
import { WebSocketServerEndpoint } from './webSocketServerEndpoint';

const SHARED: readonly Parameter[] = [
  { name: 'frames', what: 'what a message is: `binary` or `text`, a write; `lines`, a line', default: '`binary`' },
  { name: 'maxPayload', what: 'the longest message that is taken, in bytes', default: '1048576' },
  { name: 'pingInterval', what: 'whole seconds of silence until the peer is sent a ping, 0 for never', default: '30' },
  { name: 'pingTimeout', what: 'whole seconds that the peer has to answer it', default: '20' },
];
const SERVER: readonly Parameter[] = [
  { name: 'path', what: 'the path at which the WebSocket is', default: 'any' },
  {
    name: 'origins',
    what: 'origins of pages that may connect, divided by commas, their colons quoted; `*` for any',
    default: 'those of the host that they connect to',
  },
  { name: 'subprotocols', what: 'subprotocols that are spoken, divided by commas, the best first', default: 'none' },
  { name: 'page', what: 'the HTML file for those who come by plain HTTP', default: 'none' },
  ...SHARED,
];
const CLIENT: readonly Parameter[] = [
  { name: 'path', what: 'the path to ask for', default: '`/`' },
  { name: 'origin', what: 'the origin to send', default: 'none' },
  { name: 'subprotocols', what: 'subprotocols to offer, divided by commas, the best first', default: 'none' },
  ...SHARED,
];
const ENDPOINT: Parameter = { name: 'endpoint', what: 'another description, quoted', required: true };

/**
 * A kind of server over another kind.
 *
 * @param around - what goes around another description, when that is what is given; null: nothing
 */
function serverKind(prefix: string, below: ServerKind, around: ServerKind | null, example: string): ServerKind {
  const parameters = [...below.signature.parameters, ...SERVER];
  const outer = around?.signature.parameters ?? [ENDPOINT];
  const nested = [...outer, ...SERVER];
  return {
    prefix,
    summary: `WebSockets over \`${below.prefix}:\`, or over any other description: \`WebSocketServerEndpoint\``,
    signature: { parameters, positional: 1, example },
    parse(reactor, description, fromString) {
      const isNested = 'endpoint' in description.kwargs || description.args[1]?.includes(':') === true;
      const args = new Arguments(description, { ...this.signature, parameters: isNested ? nested : parameters });
      if (!isNested) args.requiredInteger('port');
      const inner = !isNested
        ? unparseDescription([below.prefix], given(args, below.signature.parameters))
        : around === null
          ? args.requiredText('endpoint')
          : unparseDescription([around.prefix], given(args, outer));
      const options = {
        path: args.text('path'),
        origins: listIn(args, 'origins'),
        subprotocols: listIn(args, 'subprotocols') ?? [],
        page: args.read('page', readPage),
        ...shared(args),
      };
      const wrapped = fromString(reactor, inner);
      return told(args, () => new WebSocketServerEndpoint(reactor, wrapped, options));
    },
  };
}

/** A kind of client over another kind; `connect` makes the endpoint below out of that one's arguments. */
function clientKind(
  prefix: string,
  below: ClientKind,
  example: string,
  connect: (reactor: IReactor, args: Arguments) => IStreamClientEndpoint,
): ClientKind {
  const parameters = [...below.signature.parameters, ...CLIENT];
  const nested = [ENDPOINT, ...CLIENT];
  return {
    prefix,
    summary: `WebSockets over \`${below.prefix}:\`, or over any other description: \`WebSocketClientEndpoint\``,
    signature: { parameters, positional: 2, example },
    parse(reactor, description, fromString) {
      // What is below `wss:` takes another description itself, since it wants to know whom the certificate is for.
      const isNested =
        below !== TLS_CLIENT &&
        ('endpoint' in description.kwargs ||
          (description.args.length === 2 && description.args[1]?.includes(':') === true));
      const args = new Arguments(description, { ...this.signature, parameters: isNested ? nested : parameters });
      const inner = isNested ? fromString(reactor, args.requiredText('endpoint')) : connect(reactor, args);
      const authority = isNested
        ? 'localhost'
        : `${bracketed(args.requiredText('host'))}:${args.requiredInteger('port')}`;
      const url = `${prefix}://${authority}${args.text('path') ?? '/'}`;
      const options = {
        origin: args.text('origin'),
        subprotocols: listIn(args, 'subprotocols') ?? [],
        ...shared(args),
      };
      return told(args, () => new WebSocketClientEndpoint(reactor, inner, url, options));
    },
  };
}

/** Kinds of servers, in the order of the reference. */
export const WEBSOCKET_SERVER_KINDS: readonly ServerKind[] = [
  serverKind('ws', TCP_SERVER, null, 'ws:8124:frames=lines:path=/chat'),
  serverKind('wss', SSL_SERVER, TLS_SERVER, 'wss:8125:privateKey=server.key:certKey=server.crt'),
];

/** Kinds of clients, in the order of the reference. */
export const WEBSOCKET_CLIENT_KINDS: readonly ClientKind[] = [
  clientKind('ws', TCP_CLIENT, 'ws:example.com:8124:path=/chat', (reactor, args) => {
    return new HostnameEndpoint(reactor, args.requiredText('host'), args.requiredInteger('port'), connectOptions(args));
  }),
  clientKind('wss', TLS_CLIENT, 'wss:example.com:443:path=/chat', (reactor, args) => {
    const { host = '', port = '', ...named } = given(args, TLS_CLIENT.signature.parameters);
    return clientFromString<string>(reactor, unparseDescription(['tls', host, port], named));
  }),
];

/** What `registerEndpointParser` takes, for each of the kinds. */
export const webSocketParsers: readonly (
  IStreamServerEndpointStringParser | IStreamClientEndpointStringParserWithReactor
)[] = [
  ...WEBSOCKET_SERVER_KINDS.map((kind) => ({
    prefix: kind.prefix,
    parseStreamServer: (reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords) =>
      kind.parse(reactor, described(kind.prefix, args, kwargs), serverFromString<string>),
  })),
  ...WEBSOCKET_CLIENT_KINDS.map((kind) => ({
    prefix: kind.prefix,
    parseStreamClient: (reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords) =>
      kind.parse(reactor, described(kind.prefix, args, kwargs), clientFromString<string>),
  })),
];

function described(prefix: string, args: readonly string[], kwargs: DescriptionKeywords): Description {
  const whole = [prefix, ...args];
  return { text: unparseDescription(whole, kwargs), args: whole, kwargs };
}

/** Those of the arguments that were given. */
function given(args: Arguments, parameters: readonly Parameter[]): DescriptionKeywords {
  const values = parameters.map(({ name }) => [name, args.text(name)] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, string] => pair[1] !== null));
}

function shared(args: Arguments): WebSocketOptions {
  const frames = args.word('frames', FRAME_KINDS);
  const maxPayload = args.integer('maxPayload');
  const pingInterval = args.integer('pingInterval');
  const pingTimeout = args.integer('pingTimeout');
  return {
    ...(frames !== null && { frames }),
    ...(maxPayload !== null && { maxPayload }),
    ...(pingInterval !== null && { pingInterval: pingInterval === 0 ? null : pingInterval }),
    ...(pingTimeout !== null && { pingTimeout }),
  };
}

/** Makes an endpoint; values that make no sense are told of with the description that they are in. */
function told<Endpoint>(args: Arguments, make: () => Endpoint): Endpoint {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ValueError(args.problem(error.message), { cause: error });
  }
}

/** The members of an argument that is a list, divided by commas. */
function listIn(args: Arguments, name: string): string[] | null {
  const text = args.text(name);
  return text === null ? null : text.split(',').map((each) => each.trim());
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
