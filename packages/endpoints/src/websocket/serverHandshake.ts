/**
 * A server's part of the opening handshake (RFC 6455, 4.2): judging a request, and the answer to it.
 */
import { acceptFor, isKey } from './handshakeKeys';
import { hasToken, type HTTPHead, listOf } from './httpHead';
import type { WebSocketServerOptions } from './options';
import type { WebSocketHandshake } from './interfaces';

/** A complete answer in HTTP, after which the connection ends. */
export interface HTTPAnswer {
  readonly status: number;
  readonly text: string;
}

/** What a request comes to. */
export type Verdict =
  | { readonly kind: 'open'; readonly handshake: WebSocketHandshake; readonly answer: string }
  | ({ readonly kind: 'answer' } & HTTPAnswer);

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/1\.([01])$/;

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An answer that says what is wrong, as plain text. */
export function refusal(status: number, problem: string, headers: readonly string[] = []): HTTPAnswer {
  const phrase = PHRASES[status] ?? '';
  return document(status, 'text/plain', `${status} ${phrase}: ${problem}\n`, headers);
}

function document(status: number, type: string, body: string, headers: readonly string[] = []): HTTPAnswer {
  const lines = [
    `HTTP/1.1 ${status} ${PHRASES[status] ?? ''}`,
    `Content-Type: ${type}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-cache',
    'Connection: close',
    ...headers,
  ];
  return { status, text: `${lines.join('\r\n')}\r\n\r\n${body}` };
}

/** Judges a request. */
export function judge(head: HTTPHead, options: WebSocketServerOptions): Verdict {
  const { headers } = head;
  const [, method, target = '', minor] = REQUEST_LINE.exec(head.startLine) ?? [];
  if (method === undefined) return { kind: 'answer', ...refusal(400, 'this is no HTTP request') };
  const path = target.split('?', 1)[0] ?? '';
  const { path: wanted = null, page = null } = options;
  const isHere = wanted === null || path === wanted;
  if (!hasToken(headers, 'upgrade', 'websocket')) {
    return { kind: 'answer', ...plainAnswer(method, path, isHere || path === '/', page) };
  }
  const refused = problemOf(head, method, minor === '1', options);
  if (refused !== null) return { kind: 'answer', ...refused };
  if (!isHere) return { kind: 'answer', ...refusal(404, `there is no WebSocket at ${JSON.stringify(path)}`) };

  const offered = listOf(headers, 'sec-websocket-protocol');
  const subprotocol = (options.subprotocols ?? []).find((each) => offered.includes(each)) ?? null;
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(headers.get('sec-websocket-key') ?? '')}`,
    ...(subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return {
    kind: 'open',
    handshake: { path: target, headers, subprotocol },
    answer: `${lines.join('\r\n')}\r\n\r\n`,
  };
}

/** What somebody gets who speaks plain HTTP: the page, if there is one. */
function plainAnswer(method: string, path: string, isHere: boolean, page: string | null): HTTPAnswer {
  if (page === null) return refusal(426, 'this is a WebSocket server', ['Upgrade: websocket']);
  if (method !== 'GET' && method !== 'HEAD') {
    return refusal(405, `wanted GET, not ${method}`, ['Allow: GET, HEAD']);
  }
  if (!isHere) return refusal(404, `there is no page at ${JSON.stringify(path)}`);
  const answer = document(200, 'text/html', page);
  return method === 'GET' ? answer : { ...answer, text: answer.text.slice(0, answer.text.indexOf('\r\n\r\n') + 4) };
}

function problemOf(
  { headers }: HTTPHead,
  method: string,
  isHTTP11: boolean,
  options: WebSocketServerOptions,
): HTTPAnswer | null {
  if (method !== 'GET') return refusal(405, `wanted GET, not ${method}`, ['Allow: GET']);
  const host = headers.get('host');
  if (!isHTTP11 || host === undefined) return refusal(400, 'wanted HTTP/1.1 with a Host');
  if (!hasToken(headers, 'connection', 'upgrade')) return refusal(400, 'wanted "Connection: Upgrade"');
  if (headers.get('sec-websocket-version') !== '13') {
    return refusal(426, 'wanted version 13 of the WebSocket protocol', ['Sec-WebSocket-Version: 13']);
  }
  if (!isKey(headers.get('sec-websocket-key') ?? ''))
    return refusal(400, 'wanted a Sec-WebSocket-Key of 16 bytes in base64');
  const origin = headers.get('origin');
  if (origin !== undefined && !mayConnect(origin, host, options.origins ?? null)) {
    return refusal(403, `pages of ${JSON.stringify(origin)} may not connect`);
  }
  return null;
}

/** Browsers send the origin of the page, and no page can make them send another. */
function mayConnect(origin: string, host: string, origins: readonly string[] | null): boolean {
  if (origins !== null) return origins.includes('*') || origins.includes(origin);
  const from = hostnameOf(origin);
  return from !== null && from === hostnameOf(`http://${host}`);
}

function hostnameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
