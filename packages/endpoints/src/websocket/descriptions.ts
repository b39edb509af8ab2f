/**
 * `ws:` and `wss:` in descriptions of endpoints.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import { Arguments } from '../description/arguments';
import { clientFromString } from '../description/clientFromString';
import { unparseDescription } from '../description/parseDescription';
import type {
  DescriptionKeywords,
  IStreamClientEndpointStringParserWithReactor,
  IStreamServerEndpointStringParser,
} from '../description/plugins';
import { serverFromString } from '../description/serverFromString';
import { HostnameEndpoint } from '../hostnameEndpoint';
import type { IStreamClientEndpoint, IStreamServerEndpoint } from '../interfaces';

import type { FrameKind } from './messageMapping';
import type { WebSocketOptions } from './options';
import { readPage } from './pageFile';
import { WebSocketClientEndpoint } from './webSocketClientEndpoint';
import { WebSocketServerEndpoint } from './webSocketServerEndpoint';

/** Arguments of both ends, on both kinds. */
const SHARED = ['frames', 'maxPayload', 'pingInterval', 'pingTimeout'];
const SERVER = ['path', 'origins', 'subprotocols', 'page', ...SHARED];
const CLIENT = ['path', 'origin', 'subprotocols', ...SHARED];

type EndpointParser = IStreamServerEndpointStringParser & IStreamClientEndpointStringParserWithReactor;

/** One of the two kinds: what it is called, and what lies below. */
interface Kind {
  readonly prefix: 'ws' | 'wss';
  /** The type of the server's description below, and the arguments that go to it. */
  readonly server: { readonly below: string; readonly parameters: readonly string[]; readonly example: string };
  readonly client: { readonly parameters: readonly string[]; readonly example: string };
}

const WS: Kind = {
  prefix: 'ws',
  server: {
    below: 'tcp',
    parameters: ['port', 'interface', 'backlog'],
    example: 'ws:8124:frames=lines:path=/chat',
  },
  client: { parameters: ['host', 'port', 'timeout', 'bindAddress'], example: 'ws:example.com:8124:path=/chat' },
};
const WSS: Kind = {
  prefix: 'wss',
  server: {
    below: 'ssl',
    parameters: [
      'port',
      'privateKey',
      'certKey',
      'extraCertChain',
      'sslmethod',
      'dhParameters',
      'interface',
      'backlog',
    ],
    example: 'wss:8125:privateKey=key.pem:certKey=cert.pem',
  },
  client: {
    parameters: ['host', 'port', 'timeout', 'bindAddress', 'certificate', 'privateKey', 'trustRoots'],
    example: 'wss:example.com:443:path=/chat',
  },
};

class WebSocketParser implements EndpointParser {
  readonly prefix: string;
  readonly #kind: Kind;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.prefix = kind.prefix;
  }

  parseStreamServer(reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords): IStreamServerEndpoint {
    const { below, parameters, example } = this.#kind.server;
    // `ws:unix\:/run/chat.sock`: any description, as one argument.
    const isNested = args[0]?.includes(':') === true;
    const read = this.#read(args, kwargs, {
      parameters: [...(isNested ? ['endpoint'] : parameters), ...SERVER],
      positional: 1,
      required: isNested ? ['endpoint'] : ['port'],
      example,
    });
    if (!isNested) read.integer('port');
    const description = isNested ? read.requiredText('endpoint') : unparseDescription([below], given(read, parameters));
    const page = read.text('page');
    return new WebSocketServerEndpoint(reactor, serverFromString<string>(reactor, description), {
      path: read.text('path'),
      origins: listIn(read, 'origins'),
      subprotocols: listIn(read, 'subprotocols') ?? [],
      page: page === null ? null : readPage(page),
      ...shared(read),
    });
  }

  parseStreamClient(reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords): IStreamClientEndpoint {
    const { parameters, example } = this.#kind.client;
    const isNested = args.length === 1 && args[0]?.includes(':') === true;
    const read = this.#read(args, kwargs, {
      parameters: [...(isNested ? ['endpoint'] : parameters), ...CLIENT],
      positional: isNested ? 1 : 2,
      required: isNested ? ['endpoint'] : ['host', 'port'],
      example,
    });
    const below = isNested
      ? clientFromString<string>(reactor, read.requiredText('endpoint'))
      : this.#clientBelow(reactor, read);
    const authority = isNested
      ? 'localhost'
      : `${bracketed(read.requiredText('host'))}:${read.requiredInteger('port')}`;
    return new WebSocketClientEndpoint(reactor, below, `${this.prefix}://${authority}${read.text('path') ?? '/'}`, {
      origin: read.text('origin'),
      subprotocols: listIn(read, 'subprotocols') ?? [],
      ...shared(read),
    });
  }

  #clientBelow(reactor: IReactor, read: Arguments): IStreamClientEndpoint {
    const { parameters } = this.#kind.client;
    if (this.prefix === 'wss') return clientFromString<string>(reactor, unparseTLS(given(read, parameters)));
    const timeout = read.integer('timeout');
    const bindAddress = read.text('bindAddress');
    return new HostnameEndpoint(reactor, read.requiredText('host'), read.requiredInteger('port'), {
      ...(timeout !== null && { timeout }),
      ...(bindAddress !== null && { bindAddress: [bindAddress, 0] as const }),
    });
  }

  #read(
    args: readonly string[],
    kwargs: DescriptionKeywords,
    signature: ConstructorParameters<typeof Arguments>[1],
  ): Arguments {
    const whole = [this.prefix, ...args];
    return new Arguments({ text: unparseDescription(whole, kwargs), args: whole, kwargs }, signature);
  }
}

/** `tls:` takes host and port by position. */
function unparseTLS({ host = '', port = '', ...named }: DescriptionKeywords): string {
  return unparseDescription(['tls', host, port], named);
}

/** Those of the arguments that were given. */
function given(read: Arguments, names: readonly string[]): DescriptionKeywords {
  const values = names.map((name) => [name, read.text(name)] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, string] => pair[1] !== null));
}

function shared(read: Arguments): WebSocketOptions {
  const frames = read.text('frames');
  const maxPayload = read.integer('maxPayload');
  const pingInterval = read.integer('pingInterval');
  const pingTimeout = read.integer('pingTimeout');
  return {
    ...(frames !== null && { frames: frames as FrameKind }),
    ...(maxPayload !== null && { maxPayload }),
    // 0: none is sent.
    ...(pingInterval !== null && { pingInterval: pingInterval === 0 ? null : pingInterval }),
    ...(pingTimeout !== null && { pingTimeout }),
  };
}

/** The members of an argument that is a list, divided by commas. */
function listIn(read: Arguments, name: string): string[] | null {
  const text = read.text(name);
  return text === null ? null : text.split(',').map((each) => each.trim());
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The parsers of `ws:` and `wss:`. */
export const webSocketParsers: readonly EndpointParser[] = [new WebSocketParser(WS), new WebSocketParser(WSS)];
