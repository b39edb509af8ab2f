import { StringTransport } from '@skein/reactor/testing';

import { Finger } from '../src/finger';
import { everyChunking } from '../src/testing';

/** What a query is answered with. */
function answer(query: string, p = new Finger()): string {
  const transport = new StringTransport();
  p.makeConnection(transport);
  p.dataReceived(Buffer.from(query));
  expect(transport.disconnecting).toBe(true);
  return transport.value().toString();
}

class Asked extends Finger {
  readonly asked: unknown[] = [];
  override forwardQuery(...args: unknown[]): void {
    this.asked.push(['forwardQuery', ...args]);
  }
  override getDomain(...args: unknown[]): void {
    this.asked.push(['getDomain', ...args]);
  }
  override getUser(...args: unknown[]): void {
    this.asked.push(['getUser', ...args]);
  }
}

describe('Finger', () => {
  // Twisted's own tests.
  it.each([
    ['moshez\r\n', 'Login: moshez\nNo such user\n'],
    ['/w moshez\r\n', 'Login: moshez\nNo such user\n'],
    ['moshez@example.com\r\n', 'Finger forwarding service denied\n'],
    ['\r\n', 'Finger online list denied\n'],
  ])('Finger refuses %j as Twisted does, and closes', (query, refusal) => {
    expect(answer(query)).toBe(refusal);
  });

  it.each([
    ['ada\r\n', ['getUser', false, 'ada']],
    ['  ada  \r\n', ['getUser', false, 'ada']],
    ['/W ada\r\n', ['getUser', true, 'ada']],
    ['long ada\r\n', ['getUser', true, 'ada']],
    ['Grüße\r\n', ['getUser', false, 'Grüße']],
    ['\r\n', ['getDomain', false]],
    ['/W\r\n', ['getDomain', true]],
    ['/W \r\n', ['getDomain', true]],
    ['@host\r\n', ['forwardQuery', false, '', 'host']],
    ['/W ada@one@two\r\n', ['forwardQuery', true, 'ada@one', 'two']],
  ])('Finger takes %j for %j, in any chunks', (query, asked) => {
    everyChunking(query, (chunks) => {
      const p = new Asked();
      p.makeConnection(new StringTransport());
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(p.asked).toEqual([asked]);
    });
  });

  it('Finger.MAX_LENGTH bounds a query', () => {
    expect(answer('x'.repeat(1027))).toBe('');
  });
});
