/**
 * The reference of endpoint descriptions, drawn from what their parsers declare; the types of arguments are those by which a parser
 * judges nonsense.
 *
 * An argument that is new wants an example in `EXAMPLES`: without one, and when one is not right, drawing throws.
 */
import type { IReactor } from '@skein/reactor/interfaces';

import { clientFromString, serverFromString } from '../../packages/endpoints/src';
import type { Parameter } from '../../packages/endpoints/src/description/arguments';
import {
  CLIENT_KINDS,
  type ClientKind,
  SERVER_KINDS,
  type ServerKind,
} from '../../packages/endpoints/src/description/kinds';
import { parseDescription } from '../../packages/endpoints/src/description/parseDescription';
import { UnknownEndpointType } from '../../packages/endpoints/src/description/unknownEndpointType';
import '../../packages/endpoints/src/websocket';
import { WEBSOCKET_CLIENT_KINDS, WEBSOCKET_SERVER_KINDS } from '../../packages/endpoints/src/websocket/descriptions';

import { withFilesOfDescriptions } from './descriptionFiles';

type Side = 'server' | 'client';
type Kind = ServerKind | ClientKind;

/** How an argument is written, by its name; by its side, type and name where the name says different things. */
const EXAMPLES: Readonly<Record<string, string>> = {
  address: 'address=/run/chat.sock',
  backlog: 'backlog=64',
  bindAddress: 'bindAddress=192.0.2.7',
  caCertsDir: 'caCertsDir=authorities',
  certKey: 'certKey=server.crt',
  certificate: 'certificate=client.pem',
  'client privateKey': 'certificate=client.crt:privateKey=client.key',
  'client ssl certKey': 'certKey=client.pem',
  'client ssl privateKey': 'certKey=client.crt:privateKey=client.key',
  'client tls endpoint': 'endpoint=unix\\:/run/chat.sock',
  'client unix lockfile': 'lockfile=1',
  'client wss endpoint': 'endpoint=unix\\:/run/chat.sock',
  dhParameters: 'dhParameters=dh.pem',
  domain: 'domain=INET6',
  extraCertChain: 'extraCertChain=chain.crt',
  fileno: 'fileno=3',
  frames: 'frames=lines',
  host: 'host=example.com',
  hostname: 'hostname=example.com',
  index: 'index=0',
  interface: 'interface=127.0.0.1',
  lockfile: 'lockfile=0',
  maxPayload: 'maxPayload=65536',
  mode: 'mode=660',
  name: 'name=web',
  origin: 'origin=https\\://example.com',
  origins: 'origins=https\\://example.com,https\\://chat.example',
  page: 'page=chat.html',
  path: 'path=/chat',
  pingInterval: 'pingInterval=10',
  pingTimeout: 'pingTimeout=5',
  port: 'port=8080',
  privateKey: 'privateKey=chat.pem',
  'server systemd domain': 'domain=INET6:index=0',
  'server tcp6 interface': 'interface=\\:\\:1',
  'server tls endpoint': 'endpoint=haproxy\\:tcp\\:8443',
  sslmethod: 'sslmethod=TLSv1_2_METHOD',
  subprotocols: 'subprotocols=chat.v2,chat.v1',
  timeout: 'timeout=5',
  trustRoots: 'trustRoots=authorities',
  'client unix path': 'path=/run/chat.sock',
};

/** All kinds, in the order of the reference. */
export const KINDS: Readonly<Record<Side, readonly Kind[]>> = {
  server: [...SERVER_KINDS, ...WEBSOCKET_SERVER_KINDS],
  client: [...CLIENT_KINDS, ...WEBSOCKET_CLIENT_KINDS],
};

/** Parses a description as that of a server or a client; returns what was thrown, or null. */
export function refusalOf(side: Side, description: string): Error | null {
  const reactor = {} as IReactor; // nothing is done with it before `listen` and `connect`
  try {
    if (side === 'server') serverFromString<string>(reactor, description);
    else clientFromString<string>(reactor, description);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** The whole reference, in Markdown. */
export function drawDescriptions(): string[] {
  return withFilesOfDescriptions(() =>
    (['server', 'client'] as const).flatMap((side) => [
      `### Descriptions of ${side}s`,
      '',
      ...KINDS[side].flatMap((kind) => drawKind(side, kind)),
    ]),
  );
}

function drawKind(side: Side, kind: Kind): string[] {
  const { prefix, summary, signature } = kind;
  check(side, signature.example);
  const nested = signature.parameters.find(({ name }) => name === '…');
  return [
    `#### \`${prefix}:\` of ${side}s`,
    '',
    `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`,
    '',
    `As in \`${signature.example}\`. ${nested ? '' : positions(kind)}${
      kind.lowerCaseOnly ? ' The type is written in lower case.' : ''
    }`.trim(),
    '',
    '| Argument | Type | Default | What it says | As in |',
    '| --- | --- | --- | --- | --- |',
    ...signature.parameters.map((parameter) => `| ${cells(side, kind, parameter).map(escaped).join(' | ')} |`),
    '',
  ];
}

function positions({ signature: { parameters, positional } }: Kind): string {
  const names = parameters.slice(0, positional).map(({ name }) => `\`${name}\``);
  if (names.length === parameters.length) return 'All may be given by position, in this order.';
  return `By position: ${names.join(', ')}; the others by keyword.`;
}

function cells(side: Side, kind: Kind, parameter: Parameter): string[] {
  const { name, what, required } = parameter;
  const byDefault = required ? 'must be given' : parameter.default;
  if (name === '…') return [name, 'description', byDefault ?? '', what, '`tcp:8080`'];
  const example = exampleOf(side, kind, name);
  check(side, withArgument(side, kind, example));
  return [`\`${name}\``, typeOf(side, kind, name), byDefault ?? 'none', what, `\`${example}\``];
}

function exampleOf(side: Side, { prefix }: Kind, name: string): string {
  const keys = [`${side} ${prefix} ${name}`, `${side} ${name}`, name];
  const found = keys.map((key) => EXAMPLES[key]).find((each) => each !== undefined);
  if (found !== undefined) return found;
  throw new Error(
    `no example for "${name}" of ${prefix}: of ${side}s, wanted one in scripts/docs/descriptionReference.ts`,
  );
}

/** The shortest description with these arguments that has all that must be given. */
export function withArgument(side: Side, kind: Kind, example: string): string {
  const { kwargs } = parseDescription(`${kind.prefix}:${example}`);
  const needed = kind.signature.parameters.filter(({ name, required }) => required && !(name in kwargs));
  const given = needed.map(({ name }) => {
    const parts = exampleOf(side, kind, name).split(/(?<!\\):/);
    return parts.find((part) => part.startsWith(`${name}=`)) ?? '';
  });
  return [kind.prefix, ...given, example].join(':');
}

function check(side: Side, description: string): void {
  const refusal = refusalOf(side, description);
  if (refusal !== null) throw new Error(`an example is not right: ${refusal.message}`, { cause: refusal });
}

/** What the parser says about nonsense, per type. */
const TYPES: readonly (readonly [said: RegExp, type: (wanted: string) => string])[] = [
  [/, wanted a whole number, as in /, () => 'number'],
  [/, wanted octal digits, as in /, () => 'octal number'],
  [
    /, wanted (\w+(?:, \w+)*), as in /,
    (words) =>
      words
        .split(', ')
        .map((word) => `\`${word}\``)
        .join(', '),
  ],
  [/\(ENOENT: .* (open|scandir) /, (call) => (call === 'open' ? 'file' : 'folder')],
  [/\(Unknown endpoint type/, () => 'description'],
  [/, wanted a token of HTTP/, () => 'words'],
  [/, or one of the names /, () => 'text'],
  [/\(Cannot verify host name|, wanted a URL as in/, () => 'name or IP address'],
];

function typeOf(side: Side, kind: Kind, name: string): string {
  const nonsense = withArgument(
    side,
    kind,
    exampleOf(side, kind, name).replace(new RegExp(`\\b${name}=.*`), `${name}=?`),
  );
  const refusal = refusalOf(side, nonsense);
  if (refusal === null) return 'text';
  for (const [said, type] of TYPES) {
    const [, wanted = ''] = said.exec(refusal.message) ?? [];
    if (said.test(refusal.message)) return type(wanted);
  }
  throw new Error(`cannot tell the type of "${name}" from "${refusal.message}", wanted a line in TYPES for it`);
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

/** What the page says about wrong descriptions: by whom they are refused. */
const WRONG: readonly (readonly [side: Side, description: string])[] = [
  ['server', 'tcp:http'],
  ['server', 'tcp'],
  ['server', 'tcp:8080:interfaec=127.0.0.1'],
  ['server', 'tcp:8080:interface=::1'],
  ['server', 'tpc:8080'],
  ['server', 'ssl:8443:privateKey=nothing.pem'],
  ['server', 'systemd:domain=INET:index=7'],
  ['server', 'ws:8124:frames=blob'],
  ['server', 'tls:endpoint=tcp\\:https:privateKey=chat.pem'],
  ['client', 'tcp:example.com'],
  ['client', 'tls:example.com:443:timeout=1.5'],
];

/** Wrong descriptions, and what they are refused with. */
export function drawWrongDescriptions(): string[] {
  return withFilesOfDescriptions(() =>
    WRONG.flatMap(([side, description]) => {
      const refusal = refusalOf(side, description);
      if (refusal === null) throw new Error(`"${description}" is not refused, which a page says is wrong`);
      return [
        `${side === 'server' ? 'serverFromString' : 'clientFromString'}: ${description}`,
        `  ${refusal.name}: ${refusal.message}`,
        ...(refusal instanceof UnknownEndpointType ? [`  hint: ${refusal.hint}`] : []),
        '',
      ];
    }),
  );
}
