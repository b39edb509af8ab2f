/** What a WebSocket server answers to requests, good and bad. */
import type { WebSocketServerOptions } from '../../src/websocket';

import { KEY, rawPeer, request } from './rawPeer';

/** The first line and the body of what a server answers. */
async function answerTo(bytes: string | Buffer, options: WebSocketServerOptions = {}): Promise<[string, string]> {
  const { sim, raw, served } = await rawPeer(options);
  raw.transport.write(bytes);
  await sim.runUntil(() => raw.closed);
  expect(served.built).toEqual([]);
  const [head = '', body = ''] = raw.data.toString().split('\r\n\r\n');
  expect(head).toContain('Connection: close');
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  return [head.split('\r\n', 1)[0] ?? '', body];
}

describe('WebSocketFactory', () => {
  test("opens a WebSocket with RFC 6455's own example", async () => {
    const { sim, raw, served } = await rawPeer();
    raw.transport.write(request());
    await sim.runUntil(() => served.built.length > 0 && raw.data.length > 0);
    const head = raw.data.toString();
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    expect(head).not.toContain('Extensions');
  });

  test('opens a WebSocket for a request that comes a byte at a time', async () => {
    const { sim, raw, served } = await rawPeer();
    for (const byte of Buffer.from(request())) {
      raw.transport.write(Buffer.from([byte]));
      await sim.advance(0.001);
    }
    await sim.runUntil(() => raw.data.length > 0);
    expect(served.built).toHaveLength(1);
    expect(raw.data.toString()).toContain('101 Switching');
  });

  test.each([
    ['rubbish', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', '400 Bad Request'],
    ['lines without CR', 'GET / HTTP/1.1\nHost: x\n\n', '400 Bad Request'],
    ['no HTTP', 'HELO example.com\r\n\r\n', '400 Bad Request'],
    ['no header field', 'GET / HTTP/1.1\r\nrubbish\r\n\r\n', '400 Bad Request'],
    ['a folded line', 'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', '400 Bad Request'],
    ['a head that is too long', request({ 'X-Long': 'x'.repeat(9000) }), '431 Request Header Fields Too Large'],
    [
      'a head that is too long and does not end',
      'GET / HTTP/1.1\r\nA: '.padEnd(100_000, 'x'),
      '431 Request Header Fields Too Large',
    ],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 Bad Request'],
    ['HTTP/1.0', request({}, 'GET /chat HTTP/1.0'), '400 Bad Request'],
    ['another method', request({}, 'POST /chat HTTP/1.1'), '405 Method Not Allowed'],
    ['no host', request({ Host: null }), '400 Bad Request'],
    ['no upgrade in Connection', request({ Connection: 'close' }), '400 Bad Request'],
    ['another version', request({ 'Sec-WebSocket-Version': '8' }), '426 Upgrade Required'],
    ['no version', request({ 'Sec-WebSocket-Version': null }), '426 Upgrade Required'],
    ['no key', request({ 'Sec-WebSocket-Key': null }), '400 Bad Request'],
    ['two keys', request({ 'Sec-WebSocket-Key': `${KEY}, ${KEY}` }), '400 Bad Request'],
    ['another upgrade', request({ Upgrade: 'h2c' }), '426 Upgrade Required'],
    ['plain HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', '426 Upgrade Required'],
    ['another path', request({}, 'GET /other HTTP/1.1'), '404 Not Found', { path: '/chat' }],
    ['a foreign origin', request({ Origin: 'https://evil.example' }), '403 Forbidden'],
    ['a file as origin', request({ Origin: 'null' }), '403 Forbidden'],
    [
      'an origin that is not listed',
      request({ Origin: 'http://server' }),
      '403 Forbidden',
      { origins: ['https://a.example'] },
    ],
  ] as [string, string, string, WebSocketServerOptions?][])(
    'answers %s with what is wrong',
    async (_, bytes, status, options = {}) => {
      const [line, body] = await answerTo(Buffer.from(bytes, 'latin1'), options);
      expect(line).toBe(`HTTP/1.1 ${status}`);
      expect(body).toMatch(new RegExp(`^${status}: .+\n$`));
    },
  );

  test.each([
    ['none', null, null],
    ['of the same host and another port', 'http://server:5173', null],
    ['that is listed', 'https://a.example', ['https://b.example', 'https://a.example']],
    ['whatever it is', 'null', ['*']],
  ])('takes an origin: %s', async (_, origin, origins) => {
    const { sim, raw, served } = await rawPeer({ origins });
    raw.transport.write(request({ Origin: origin }));
    await sim.runUntil(() => served.built.length > 0);
    expect(raw.closed).toBe(false);
  });

  test('answers somebody who is slow with 408, after the seconds that were set', async () => {
    const { sim, raw } = await rawPeer({ handshakeTimeout: 5 });
    raw.transport.write('GET / HTTP/1.1\r\n');
    const began = sim.seconds();
    await sim.runUntil(() => raw.data.length > 0);
    expect(sim.seconds() - began).toBeCloseTo(5, 1);
    expect(raw.data.toString()).toContain('408 Request Timeout');
    await sim.runUntil(() => raw.closed);
  });

  test('does not wait long for somebody who was refused and goes on sending', async () => {
    const { sim, raw } = await rawPeer();
    raw.transport.write('rubbish\r\n\r\n');
    const began = sim.seconds();
    raw.connectionLost = () => (raw.closed = true);
    while (!raw.closed) {
      raw.transport.write('more rubbish\r\n');
      await sim.advance(0.1);
    }
    expect(sim.seconds() - began).toBeLessThan(3);
    expect(raw.data.toString()).toContain('400 Bad Request');
  });

  test('serves a page to those who come by plain HTTP', async () => {
    const page = '<!doctype html><title>Grüße</title>';
    const [line, body] = await answerTo('GET / HTTP/1.1\r\nHost: x\r\n\r\n', { page, path: '/chat' });
    expect([line, body]).toEqual(['HTTP/1.1 200 OK', page]);
    expect((await answerTo('GET /chat?x=1 HTTP/1.1\r\n\r\n', { page, path: '/chat' }))[1]).toBe(page);
    expect((await answerTo('GET /favicon.ico HTTP/1.1\r\n\r\n', { page, path: '/chat' }))[0]).toContain('404');
    expect((await answerTo('PUT / HTTP/1.1\r\n\r\n', { page }))[0]).toContain('405');
  });

  test('answers HEAD without the page', async () => {
    const { sim, raw } = await rawPeer({ page: '<p>hello' });
    raw.transport.write('HEAD / HTTP/1.1\r\n\r\n');
    await sim.runUntil(() => raw.closed);
    expect(raw.data.toString()).toMatch(/200 OK[^]*Content-Length: 8[^]*\r\n\r\n$/);
  });

  test('answers 503 when the factory builds nothing', async () => {
    const { sim, raw, served } = await rawPeer();
    served.buildProtocol = () => null as never;
    raw.transport.write(request());
    await sim.runUntil(() => raw.closed);
    expect(raw.data.toString()).toContain('HTTP/1.1 503 Service Unavailable\r\n');
  });
});
