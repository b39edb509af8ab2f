/** `ws:` and `wss:` in descriptions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Simulation } from '@skein/reactor/simulation';

import {
  clientFromString,
  quoteStringArgument,
  serverFromString,
  TCP4ServerEndpoint,
  UNIXServerEndpoint,
} from '../../src';
import { WebSocketClientEndpoint, WebSocketServerEndpoint } from '../../src/websocket';

import { WrapperClientEndpoint, type WrapperServerEndpoint } from '../../src/wrapperEndpoints';
import { SERVER_PEM } from '../certificates';

import { Recorder, RecorderFactory } from './recorder';

const { reactor } = new Simulation().host('host');

function server(description: string): WebSocketServerEndpoint {
  const endpoint = serverFromString<string>(reactor, description);
  if (!(endpoint instanceof WebSocketServerEndpoint)) throw new Error('this is no WebSocketServerEndpoint');
  return endpoint;
}

describe('serverFromString', () => {
  test('ws: listens on TCP', () => {
    const { wrapped, options } = server('ws:8124:interface=127.0.0.1');
    expect(wrapped).toBeInstanceOf(TCP4ServerEndpoint);
    expect(wrapped).toMatchObject({ port: 8124, interface: '127.0.0.1' });
    expect(options).toEqual({ path: null, origins: null, subprotocols: [], page: null });
  });

  test('ws: takes every option', () => {
    const { options } = server(
      'WS:8124:path=/chat:origins=https\\://a.example, https\\://b.example:subprotocols=a,b:frames=lines:maxPayload=1000:pingInterval=0:pingTimeout=5',
    );
    expect(options).toEqual({
      path: '/chat',
      origins: ['https://a.example', 'https://b.example'],
      subprotocols: ['a', 'b'],
      page: null,
      frames: 'lines',
      maxPayload: 1000,
      pingInterval: null,
      pingTimeout: 5,
    });
  });

  test('ws: takes any description as one argument', () => {
    expect(server('ws:unix\\:/run/chat.sock:path=/chat').wrapped).toBeInstanceOf(UNIXServerEndpoint);
    expect(server('ws:haproxy\\:tcp\\:8124').wrapped).not.toBeInstanceOf(TCP4ServerEndpoint);
  });

  test('wss: speaks TLS over any other description, too, and wants a certificate for it', () => {
    const identity = `privateKey=${quoteStringArgument(SERVER_PEM)}`;
    const below = (description: string): unknown => (server(description).wrapped as WrapperServerEndpoint).wrapped;
    expect(below(`wss:unix\\:/run/chat.sock:${identity}:path=/chat`)).toBeInstanceOf(UNIXServerEndpoint);
    expect(below(`wss:endpoint=tcp\\:8124\\:interface=127.0.0.1:${identity}`)).toBeInstanceOf(TCP4ServerEndpoint);
    expect(() => server('wss:unix\\:/run/chat.sock')).toThrow('privateKey is "server.pem" when it is not given');
  });

  test('ws: reads the page', () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-page-'));
    try {
      writeFileSync(join(folder, 'chat.html'), '<p>hello');
      expect(server(`ws:8124:page=${folder}/chat.html`).options.page).toBe('<p>hello');
      expect(() => server(`ws:8124:page=${folder}/none.html`)).toThrow(
        `page is "${folder}/none.html", which cannot be used (ENOENT: no such file or directory`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['ws:', 'cannot parse endpoint description "ws:": port is "", wanted a whole number'],
    ['ws:http', 'port is "http", wanted a whole number, as in "ws:8124:frames=lines:path=/chat"'],
    ['ws:8124:fames=lines', 'there is no argument "fames", wanted port, interface, backlog, path, origins'],
    ['ws:8124:frames=blob', 'frames is "blob", wanted binary, text, lines, as in "ws:8124'],
    [
      'ws:8124:maxPayload=0',
      'cannot parse endpoint description "ws:8124:maxPayload=0": cannot make a WebSocket with maxPayload "0"',
    ],
    ['ws:8124:maxPayload=big', 'maxPayload is "big", wanted a whole number'],
    ['ws:8124:x', '"x" is an argument too many, wanted port'],
    ['ws:interface=127.0.0.1', 'port is missing'],
  ])('%s is refused, with what is wrong', (description, problem) => {
    expect(() => server(description)).toThrow(problem);
  });
});

describe('clientFromString', () => {
  test('ws: connects by name', async () => {
    const sim = new Simulation();
    const served = new RecorderFactory(() => new Recorder());
    sim.host('server', (there) => void serverFromString(there, 'ws:8124:path=/chat').listen(served));
    const here = sim.host('client').reactor;
    const endpoint = clientFromString(
      here,
      'ws:server:8124:path=/chat?room=1:frames=text:origin=http\\://server:timeout=5',
    );
    expect(endpoint).toBeInstanceOf(WebSocketClientEndpoint);
    const client = await sim.runUntil(endpoint.connect(new RecorderFactory(() => new Recorder())));
    client.transport.write('hello');
    await sim.runUntil(() => served.built[0]?.text === 'hello');
    expect(served.built[0]?.transport.handshake.path).toBe('/chat?room=1');
    expect(served.built[0]?.transport.handshake.headers.get('host')).toBe('server:8124');
    client.transport.loseConnection();
    await sim.runUntil(() => client.lost !== null && served.built[0]?.lost !== null);
  });

  test('ws: takes any description as one argument', () => {
    const endpoint = clientFromString<string>(reactor, 'ws:unix\\:/run/chat.sock:path=/chat');
    expect(endpoint).toMatchObject({ url: 'ws://localhost/chat' });
  });

  test('wss: speaks TLS over any other description, too, and wants to know with whom', () => {
    const endpoint = clientFromString<string>(reactor, 'wss:chat.example:443:endpoint=unix\\:/run/chat.sock');
    expect(endpoint).toHaveProperty('url', 'wss://chat.example:443/');
    expect(endpoint).toHaveProperty('wrapped', expect.any(WrapperClientEndpoint));
    expect(() => clientFromString<string>(reactor, 'wss:unix\\:/run/chat.sock')).toThrow('port is missing');
  });

  test('ws: wants host and port', () => {
    expect(() => clientFromString<string>(reactor, 'ws:example.com')).toThrow(
      'port is missing, as in "ws:example.com:8124',
    );
  });
});
