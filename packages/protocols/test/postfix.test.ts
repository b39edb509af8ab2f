import { fail } from '@skein/reactor/defer';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';

import {
  type IPostfixMap,
  PostfixTCPMapDeferringDictServerFactory,
  PostfixTCPMapDictServerFactory,
  PostfixTCPMapServer,
  quote,
  unquote,
} from '../src/postfix';

/** A server on a map, its transport, and its clock. */
function connected(map: IPostfixMap, p = new PostfixTCPMapServer()): [PostfixTCPMapServer, StringTransport, Clock] {
  const clock = new Clock();
  p.clock = clock;
  p.factory = map as typeof p.factory;
  const transport = new StringTransport();
  p.makeConnection(transport);
  return [p, transport, clock];
}

/** What a line is answered with. */
function answer(map: IPostfixMap, line: string, p?: PostfixTCPMapServer): string {
  const [server, transport] = connected(map, p);
  server.dataReceived(Buffer.from(`${line}\n`));
  server.setTimeout(null);
  return transport.value().toString();
}

const throwing = (message: string): IPostfixMap => ({
  get() {
    throw new Error(message);
  },
});

describe('quote and unquote', () => {
  // Twisted's own tests.
  it.each([
    ['foo', ['foo']],
    ['foo bar', ['foo%20bar']],
    ['foo\tbar', ['foo%09bar']],
    ['foo\nbar', ['foo%0Abar', 'foo%0abar']],
    ['foo\r\nbar', ['foo%0D%0Abar', 'foo%0D%0abar', 'foo%0d%0Abar', 'foo%0d%0abar']],
    ['foo ', ['foo%20']],
    [' foo', ['%20foo']],
  ])('quote and unquote turn %j to %j and back', (raw, quoted) => {
    expect(quote(raw)).toBe(quoted[0]);
    for (const each of quoted) expect(unquote(each).toString()).toBe(raw);
  });

  it('quote and unquote keep every byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(unquote(quote(bytes)).equals(bytes)).toBe(true);
    expect(quote('a/b_c.d-e~f%é')).toBe('a/b_c.d-e~f%25%C3%A9');
    expect(unquote('100%, %zz%4').toString()).toBe('100%, %zz%4');
  });
});

describe.each([
  ['PostfixTCPMapDictServerFactory', PostfixTCPMapDictServerFactory],
  ['PostfixTCPMapDeferringDictServerFactory', PostfixTCPMapDeferringDictServerFactory],
])('%s', (name, factoryClass) => {
  const map = new factoryClass({ foo: 'ThisIs Foo', bar: ' bar really is found\r\n', 'a b': Buffer.from([0xff]) });

  // Twisted's own test, and what it does not look at.
  it.each([
    ['get', "400 Command 'get' takes 1 parameters.\n"],
    ['get foo bar', '500 \n'],
    ['put', "400 Command 'put' takes 2 parameters.\n"],
    ['put foo', "400 Command 'put' takes 2 parameters.\n"],
    ['put foo bar baz', '500 put is not implemented yet.\n'],
    ['put foo bar', '500 put is not implemented yet.\n'],
    ['get foo', '200 ThisIs%20Foo\n'],
    ['get bar', '200 %20bar%20really%20is%20found%0D%0A\n'],
    ['get baz', '500 \n'],
    ['foo', '400 unknown command\n'],
    ['get a%20b', '200 %FF\n'],
    ['get __proto__', '500 \n'],
    ['', '400 unknown command\n'],
    ['  get   foo', '200 ThisIs%20Foo\n'],
    ['get ', '400 unknown command\n'],
    ['\xff', '400 unknown command\n'],
  ])(`${name} answers %j by %j`, (line, expected) => {
    expect(answer(map, line)).toBe(expected);
  });

  it(`${name}.data can be changed, and given as pairs`, () => {
    const changing = new factoryClass([['one', '1']]);
    changing.data.set('two', '2');
    expect(answer(changing, 'get one') + answer(changing, 'get two')).toBe('200 1\n200 2\n');
  });
});

describe('PostfixTCPMapServer', () => {
  it('PostfixTCPMapServer answers 400 when the map throws or fails, on one line', () => {
    expect(answer(throwing('This is a test error'), 'get example')).toBe('400 This is a test error\n');
    expect(answer({ get: () => fail(new Error('two\r\nlines')) }, 'get example')).toBe('400 two lines\n');
  });

  it('PostfixTCPMapServer has commands of a subclass, and answers 400 when they throw', () => {
    class More extends PostfixTCPMapServer {
      do_ping(params: string | null): void {
        if (params === null) throw new Error('of what?');
        this.sendCode(200, params);
      }
    }
    expect(answer(throwing(''), 'ping a b', new More())).toBe('200 a b\n');
    expect(answer(throwing(''), 'ping', new More())).toBe('400 Command ping failed: of what?\n');
  });

  it('PostfixTCPMapServer loses a connection that is idle, and leaves no timer behind', () => {
    const [p, transport, clock] = connected(throwing(''));
    clock.advance(599);
    p.dataReceived(Buffer.from('get x\n'));
    clock.advance(599);
    expect(transport.disconnecting).toBe(false);
    clock.advance(1);
    expect(transport.disconnecting).toBe(true);
    const [other, , otherClock] = connected(throwing(''));
    other.connectionLost();
    expect(otherClock.getDelayedCalls()).toEqual([]);
  });
});
