/** `WebSocketClientEndpoint` against servers that do not do as they should, and cancelled at every phase. */
import { ConnectingCancelledError, ConnectionRefusedError, NoProtocol } from '@skein/reactor/error';
import { Simulation } from '@skein/reactor/simulation';
import { Factory, Protocol } from '@skein/protocols';

import { HostnameEndpoint } from '../../src';
import { WebSocketClientEndpoint, type WebSocketClientOptions, WebSocketHandshakeError } from '../../src/websocket';
import { acceptFor } from '../../src/websocket/handshakeKeys';
import { outcomeOf } from '../outcome';

import { Recorder, RecorderFactory } from './recorder';

/** A server that answers each request with what `answer` makes of its key. */
function world(answer: ((key: string) => string) | null): {
  sim: Simulation;
  endpoint: (o?: WebSocketClientOptions) => WebSocketClientEndpoint;
} {
  class Answering extends Protocol {
    override dataReceived(data: Buffer): void {
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(data.toString())?.[1] ?? '';
      if (answer !== null) this.transport.write(answer(key));
    }
  }
  class AnsweringFactory extends Factory {
    override noisy = false;
    override protocol = Answering;
  }
  const sim = new Simulation();
  sim.host('server', (reactor) => reactor.listenTCP(80, new AnsweringFactory()));
  const { reactor } = sim.host('client');
  const below = new HostnameEndpoint(reactor, 'server', 80);
  return {
    sim,
    endpoint: (options) =>
      new WebSocketClientEndpoint(reactor, below, 'ws://server/', { random: () => reactor.random(), ...options }),
  };
}

function accepted(key: string, ...more: string[]): string {
  const lines = ['Upgrade: WebSocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${acceptFor(key)}`, ...more];
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const recorders = (): RecorderFactory => new RecorderFactory(() => new Recorder());

describe('WebSocketClientEndpoint.connect', () => {
  test('fires when the handshake is done, before any data, which may have come with it', async () => {
    const { sim, endpoint } = world((key) => `${accepted(key)}\x81\x05hello`);
    const received: string[][] = [];
    const connecting = endpoint().connect(recorders());
    connecting.addCallback(({ received: now }) => void received.push([...now]));
    await sim.runUntil(() => received.length > 0);
    expect(received).toEqual([[]]);
  });

  test.each([
    ['a refusal', () => 'HTTP/1.1 403 Forbidden\r\n\r\n', 403, 'the server answered "403 Forbidden"'],
    ['another protocol', () => 'SSH-2.0-OpenSSH_9\r\n\r\n', null, 'the server does not speak HTTP'],
    ['rubbish', () => '\x15\x03\x01', null, 'the server does not speak HTTP: the head has control characters'],
    ['a head without end', () => 'HTTP/1.1 101 x\r\nA: '.padEnd(9000, 'x'), null, 'longer than 8192 bytes'],
    ['no upgrade', (key: string) => accepted(key).replace('WebSocket', 'h2c'), 101, 'switched to another protocol'],
    ['a wrong answer', () => accepted('another key'), 101, 'the Sec-WebSocket-Accept is wrong'],
    ['an extension', (key: string) => accepted(key, 'Sec-WebSocket-Extensions: x'), 101, 'chose an extension'],
    ['a subprotocol', (key: string) => accepted(key, 'Sec-WebSocket-Protocol: x'), 101, 'chose subprotocol "x"'],
  ])('fails after %s', async (_, answer, status, problem) => {
    const { sim, endpoint } = world(answer);
    const outcome = outcomeOf(endpoint().connect(recorders()));
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error).toBeInstanceOf(WebSocketHandshakeError);
    expect(outcome.error).toMatchObject({ status });
    expect(outcome.error.message).toContain(problem);
    await sim.quiesce();
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening']);
  });

  test('fails when the server chooses none of the subprotocols', async () => {
    const { sim, endpoint } = world((key) => accepted(key));
    const outcome = outcomeOf(endpoint({ subprotocols: ['chat'] }).connect(recorders()));
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error.message).toContain('the server chose subprotocol "", wanted one of "chat"');
  });

  test('fails when the server does not answer in time, and leaves nothing behind', async () => {
    const { sim, endpoint } = world(null);
    const outcome = outcomeOf(endpoint({ handshakeTimeout: 5 }).connect(recorders()));
    await sim.runUntil(() => outcome.fired);
    expect(sim.seconds()).toBeCloseTo(5, 1);
    expect(outcome.error.message).toContain('no answer to the handshake within 5 seconds');
  });

  test('fails as the endpoint below does', async () => {
    const sim = new Simulation();
    sim.host('server');
    const { reactor } = sim.host('client');
    const below = new HostnameEndpoint(reactor, 'server', 81);
    const outcome = outcomeOf(new WebSocketClientEndpoint(reactor, below, 'ws://server:81').connect(recorders()));
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error).toBeInstanceOf(ConnectionRefusedError);
  });

  test('fails with NoProtocol when the factory builds nothing', async () => {
    const { sim, endpoint } = world((key) => accepted(key));
    const factory = recorders();
    factory.buildProtocol = () => null as never;
    const outcome = outcomeOf(endpoint().connect(factory));
    await sim.runUntil(() => outcome.fired);
    expect(outcome.error).toBeInstanceOf(NoProtocol);
  });

  test.each([0.0015, 0.1, 1])('can be cancelled after %p seconds', async (seconds) => {
    const { sim, endpoint } = world(null);
    const connecting = endpoint().connect(recorders());
    const outcome = outcomeOf(connecting);
    await sim.advance(seconds);
    connecting.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    await sim.quiesce();
    expect(sim.netstat().map(({ state }) => state)).toEqual(['listening']);
  });
});

describe('WebSocketClientEndpoint', () => {
  const { reactor } = new Simulation().host('client');
  const below = new HostnameEndpoint(reactor, 'server', 80);

  test.each(['http://server/', 'server', 'ws://server/#part'])('refuses the URL %p', (url) => {
    expect(() => new WebSocketClientEndpoint(reactor, below, url)).toThrow(`cannot connect to "${url}", wanted a URL`);
  });

  test.each<[WebSocketClientOptions, string]>([
    [{ headers: { 'X-A': 'b\r\nX-C: d' } }, 'cannot send header field "X-A: b\r\nX-C: d"'],
    [{ origin: 'a\nb' }, 'cannot send header field "Origin'],
    [{ subprotocols: ['a b'] }, 'cannot offer subprotocol "a b"'],
    [{ maxPayload: 0 }, 'cannot make a WebSocket with maxPayload "0"'],
    [{ pingTimeout: NaN }, 'cannot make a WebSocket with pingTimeout "NaN"'],
    [{ frames: 'blob' as never }, 'cannot make a WebSocket with frames "blob", wanted binary, text or lines'],
  ])('refuses %p', (options, problem) => {
    expect(
      () => new WebSocketClientEndpoint(reactor, below, 'ws://server/', { random: () => reactor.random(), ...options }),
    ).toThrow(problem);
  });
});
