import type { Deferred } from '@skein/reactor/defer';
import { TimeoutError } from '@skein/reactor/defer';
import { ConnectionDone, RuntimeError } from '@skein/reactor/error';
import { collectLoggedErrors } from '@skein/reactor/logger';
import { Clock } from '@skein/reactor/task';
import {
  assertNoResult,
  failureResultOf,
  StringTransportWithDisconnection,
  successResultOf,
} from '@skein/reactor/testing';

import { ClientError, MemCacheProtocol, NoSuchCommand, ServerError } from '../src/memcache';
import { everyChunking } from '../src/testing';

interface Connected {
  readonly p: MemCacheProtocol;
  readonly transport: StringTransportWithDisconnection;
  readonly clock: Clock;
}

function connected(): Connected {
  const p = new MemCacheProtocol();
  const clock = new Clock();
  p.clock = clock;
  const transport = new StringTransportWithDisconnection();
  transport.protocol = p;
  p.makeConnection(transport);
  return { p, transport, clock };
}

const bar = Buffer.from('bar');

/** Twisted's own tests: the call, what is sent, what is received, the result. */
const COMMANDS: readonly (readonly [string, (p: MemCacheProtocol) => Deferred, string, string, unknown])[] = [
  ['get', (p) => p.get('foo'), 'get foo\r\n', 'VALUE foo 0 3\r\nbar\r\nEND\r\n', [0, bar]],
  ['get, of nothing', (p) => p.get('foo'), 'get foo\r\n', 'END\r\n', [0, null]],
  [
    'getMultiple',
    (p) => p.getMultiple(['foo', 'cow']),
    'get foo cow\r\n',
    'VALUE foo 0 3\r\nbar\r\nVALUE cow 0 7\r\nchicken\r\nEND\r\n',
    new Map([
      ['foo', [0, bar]],
      ['cow', [0, Buffer.from('chicken')]],
    ]),
  ],
  [
    'getMultiple, of nothing too',
    (p) => p.getMultiple(['foo', 'cow']),
    'get foo cow\r\n',
    'VALUE cow 1 3\r\nbar\r\nEND\r\n',
    new Map([
      ['foo', [0, null]],
      ['cow', [1, bar]],
    ] as const),
  ],
  ['set', (p) => p.set('foo', 'bar'), 'set foo 0 0 3\r\nbar\r\n', 'STORED\r\n', true],
  ['add', (p) => p.add('foo', 'bar'), 'add foo 0 0 3\r\nbar\r\n', 'STORED\r\n', true],
  ['replace', (p) => p.replace('foo', 'bar'), 'replace foo 0 0 3\r\nbar\r\n', 'STORED\r\n', true],
  ['append', (p) => p.append('foo', 'bar'), 'append foo 0 0 3\r\nbar\r\n', 'STORED\r\n', true],
  ['prepend', (p) => p.prepend('foo', 'bar'), 'prepend foo 0 0 3\r\nbar\r\n', 'STORED\r\n', true],
  ['add, of what is there', (p) => p.add('foo', 'bar'), 'add foo 0 0 3\r\nbar\r\n', 'NOT STORED\r\n', false],
  ['replace, of nothing', (p) => p.replace('foo', 'bar'), 'replace foo 0 0 3\r\nbar\r\n', 'NOT_STORED\r\n', false],
  [
    'set with options',
    (p) => p.set('foo', 'bar', { flags: 5, expireTime: 60 }),
    'set foo 5 60 3\r\nbar\r\n',
    'STORED\r\n',
    true,
  ],
  ['delete', (p) => p.delete('bar'), 'delete bar\r\n', 'DELETED\r\n', true],
  ['delete, of nothing', (p) => p.delete('bar'), 'delete bar\r\n', 'NOT FOUND\r\n', false],
  ['increment', (p) => p.increment('foo'), 'incr foo 1\r\n', '4\r\n', 4],
  ['decrement', (p) => p.decrement('foo'), 'decr foo 1\r\n', '5 \r\n', 5],
  ['increment by more', (p) => p.increment('foo', 8), 'incr foo 8\r\n', '4\r\n', 4],
  ['decrement by more', (p) => p.decrement('foo', 3), 'decr foo 3\r\n', 'NOT_FOUND\r\n', false],
  [
    'stats',
    (p) => p.stats(),
    'stats\r\n',
    'STAT foo bar\r\nSTAT egg spam and more\r\nSTAT none \r\nEND\r\n',
    new Map([
      ['foo', 'bar'],
      ['egg', 'spam and more'],
      ['none', ''],
    ]),
  ],
  [
    'stats of something',
    (p) => p.stats('blah'),
    'stats blah\r\n',
    'STAT foo bar\r\nEND\r\n',
    new Map([['foo', 'bar']]),
  ],
  ['stats reset', (p) => p.stats('reset'), 'stats reset\r\n', 'RESET\r\n', new Map()],
  ['version', (p) => p.version(), 'version\r\n', 'VERSION 1.1\r\n', '1.1'],
  ['flushAll', (p) => p.flushAll(), 'flush_all\r\n', 'OK\r\n', true],
  [
    'get with identifier',
    (p) => p.get('foo', true),
    'gets foo\r\n',
    'VALUE foo 0 3 1234\r\nbar\r\nEND\r\n',
    [0, '1234', bar],
  ],
  ['get with identifier, of nothing', (p) => p.get('foo', true), 'gets foo\r\n', 'END\r\n', [0, '', null]],
  [
    'getMultiple with identifiers, of any iterable',
    (p) => p.getMultiple(new Set(['foo', 'bar']), true),
    'gets foo bar\r\n',
    'VALUE foo 0 3 1234\r\negg\r\nVALUE bar 0 4 2345\r\nspam\r\nEND\r\n',
    new Map([
      ['foo', [0, '1234', Buffer.from('egg')]],
      ['bar', [0, '2345', Buffer.from('spam')]],
    ]),
  ],
  ['checkAndSet', (p) => p.checkAndSet('foo', 'bar', '1234'), 'cas foo 0 0 3 1234\r\nbar\r\n', 'STORED\r\n', true],
  ['checkAndSet, too late', (p) => p.checkAndSet('foo', 'bar', '1'), 'cas foo 0 0 3 1\r\nbar\r\n', 'EXISTS\r\n', false],
  [
    'get, of a value of no bytes',
    (p) => p.get('foo'),
    'get foo\r\n',
    'VALUE foo 0 0\r\n\r\nEND\r\n',
    [0, Buffer.alloc(0)],
  ],
  [
    'get, of a value that looks like an answer',
    (p) => p.get('foo'),
    'get foo\r\n',
    'VALUE foo 0 7\r\n\r\nEND\r\n\r\nEND\r\n',
    [0, Buffer.from('\r\nEND\r\n')],
  ],
  ['get, of a key in UTF-8', (p) => p.get('é'), 'get é\r\n', 'VALUE é 0 2\r\né\r\nEND\r\n', [0, Buffer.from('é')]],
];

describe.each(COMMANDS)('MemCacheProtocol.%s', (name, call, send, receive, result) => {
  it(`MemCacheProtocol.${name} sends the command, and takes the answer in any chunks`, () => {
    everyChunking(receive, (chunks) => {
      const { p, transport, clock } = connected();
      const d = call(p);
      expect(transport.value().toString()).toBe(send);
      for (const chunk of chunks) p.dataReceived(chunk);
      expect(successResultOf(d)).toEqual(result);
      expect(clock.getDelayedCalls()).toEqual([]);
    });
  });

  it(`MemCacheProtocol.${name} fails when the connection is lost, before or meanwhile`, () => {
    const { p, transport } = connected();
    const waiting = call(p);
    transport.loseConnection();
    expect(failureResultOf(waiting).value).toBeInstanceOf(ConnectionDone);
    const { value } = failureResultOf(call(p));
    expect([value.name, value.message]).toEqual(['RuntimeError', 'not connected']);
  });
});

describe('MemCacheProtocol', () => {
  it('MemCacheProtocol gives the answers of commands that follow each other, in order', () => {
    const { p } = connected();
    const results = [p.get('foo'), p.set('bar', 'spamspamspam'), p.get('egg')];
    p.dataReceived(Buffer.from('VALUE foo 0 3\r\nbar\r\nEND\r\nSTORED\r\nVALUE egg 0 4\r\nspam\r\nEND\r\n'));
    expect(results.map((d) => successResultOf<unknown>(d as Deferred))).toEqual([
      [0, bar],
      true,
      [0, Buffer.from('spam')],
    ]);
  });

  it('MemCacheProtocol.getMultiple answers by the keys that it was given', () => {
    const { p, transport } = connected();
    const [one, other] = [Buffer.from('a'), Buffer.from([0xff])];
    const d = p.getMultiple([one, other, one]);
    expect(transport.value().toString('latin1')).toBe('get a \xff\r\n');
    p.dataReceived(Buffer.from('VALUE \xff 0 1\r\nx\r\nVALUE a 2 1\r\ny\r\nEND\r\n', 'latin1'));
    const result = successResultOf(d);
    expect([result.get(one), result.get(other)]).toEqual([
      [2, Buffer.from('y')],
      [0, Buffer.from('x')],
    ]);
  });

  it('MemCacheProtocol gives up when nothing comes for a minute', () => {
    const { p, clock } = connected();
    const waiting = [p.get('foo'), p.get('bar')];
    clock.advance(59);
    for (const d of waiting) assertNoResult(d);
    clock.advance(1);
    for (const d of waiting) {
      const { value } = failureResultOf(d);
      expect(value).toBeInstanceOf(TimeoutError);
      expect(value.message).toBe('Connection timeout');
    }
    expect(failureResultOf(p.get('bar')).value).toBeInstanceOf(RuntimeError);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it.each(['VALUE foo 0 10\r\n12345', 'STAT foo bar\r\n', 'VALUE foo 0 3\r\nbar\r\nEND\r\n'])(
    'MemCacheProtocol begins to wait anew after %j',
    (piece) => {
      const { p, clock, transport } = connected();
      const waiting = piece.startsWith('STAT') ? [p.stats()] : [p.get('foo'), p.get('bar')];
      clock.advance(59);
      p.dataReceived(Buffer.from(piece));
      clock.advance(59);
      expect(transport.connected).toBe(true);
      clock.advance(1);
      expect(failureResultOf(waiting.at(-1)! as Deferred).value).toBeInstanceOf(TimeoutError);
      expect(transport.connected).toBe(false);
      (waiting[0]! as Deferred).addErrback(() => null);
    },
  );

  it('MemCacheProtocol does not wait longer because another command was sent', () => {
    const { p, clock } = connected();
    const first = p.get('foo');
    clock.advance(59);
    const second = p.get('bar');
    clock.advance(1);
    for (const d of [first, second]) expect(failureResultOf(d).value).toBeInstanceOf(TimeoutError);
  });

  it('MemCacheProtocol waits for a command that a callback sends', () => {
    const { p, clock } = connected();
    const d = p.get('foo').addCallback(() => p.version());
    p.dataReceived(Buffer.from('END\r\n'));
    expect(clock.getDelayedCalls()).toHaveLength(1);
    p.dataReceived(Buffer.from('VERSION 1\r\n'));
    expect(successResultOf(d)).toBe('1');
    expect(clock.getDelayedCalls()).toHaveLength(0);
  });

  it.each([
    ['ERROR', NoSuchCommand, ''],
    ["CLIENT_ERROR We don't like egg and spam", ClientError, "We don't like egg and spam"],
    ['SERVER_ERROR zomg', ServerError, 'zomg'],
  ])('MemCacheProtocol fails the command, and no other, when the server says %j', (line, errorClass, message) => {
    const logged = collectLoggedErrors();
    const { p, transport } = connected();
    const d = p.set('foo', 'x');
    const next = p.version();
    p.dataReceived(Buffer.from(`${line}\r\nVERSION 2\r\n`));
    const { value } = failureResultOf(d);
    expect(value).toBeInstanceOf(errorClass);
    expect(value.message).toBe(message);
    expect(successResultOf(next)).toBe('2');
    expect(transport.connected).toBe(true);
    logged.stop();
  });

  const LONG = 'a'.repeat(251);
  it.each<[string, (p: MemCacheProtocol) => Deferred, string]>([
    ['set of a long key', (p) => p.set(LONG, 'bar'), 'Key too long'],
    ['increment of a long key', (p) => p.increment(LONG), 'Key too long'],
    ['get of a long key', (p) => p.get('é'.repeat(126)), 'Key too long'],
    ['delete of a long key', (p) => p.delete(LONG), 'Key too long'],
    ['getMultiple of a long key', (p) => p.getMultiple(['foo', LONG]), 'Key too long'],
    ['get of no key', (p) => p.get(''), 'Key too short'],
    ['get of two', (p) => p.get('a b'), 'Invalid key: "a b", expecting no blanks'],
    ['delete of a command', (p) => p.delete('a\r\nflush_all'), 'Invalid key: "a\\r\\nflush_all", expecting no blanks'],
    ['get of a number', (p) => p.get(1 as unknown as string), 'Invalid type for key: number, expecting bytes'],
    ['set of a number', (p) => p.set('a', 1 as unknown as string), 'Invalid type for value: number, expecting bytes'],
    ['increment by a half', (p) => p.increment('a', 0.5), 'Invalid number: 0.5, expecting a whole one'],
    ['stats of a command', (p) => p.stats('a\r\nflush_all'), 'Invalid argument: "a\\r\\nflush_all", expecting ASCII'],
  ])('MemCacheProtocol fails a %s, and sends nothing', (_name, call, message) => {
    const { p, transport, clock } = connected();
    const { value } = failureResultOf(call(p));
    expect([value.name, value.message]).toEqual(['ClientError', message]);
    expect(transport.value()).toHaveLength(0);
    expect(clock.getDelayedCalls()).toHaveLength(0);
  });

  it('MemCacheProtocol.increment fails where numbers are not exact, and the connection stays', () => {
    const { p, transport } = connected();
    const [exact, not] = [p.increment('a'), p.increment('a')];
    p.dataReceived(Buffer.from('9007199254740991\r\n18446744073709551615\r\n'));
    expect(successResultOf(exact)).toBe(Number.MAX_SAFE_INTEGER);
    expect(failureResultOf(not).value.message).toMatch('cannot give "18446744073709551615" back');
    expect(transport.connected).toBe(true);
  });

  // Twisted throws these out of dataReceived, and fails the commands with the connection's end.
  it.each<[string, (p: MemCacheProtocol) => Deferred, string, string]>([
    ['another key', (p) => p.get('foo'), 'VALUE bar 0 7\r\nspamegg\r\nEND\r\n', 'Unexpected commands answer.'],
    [
      'a key that is none of them',
      (p) => p.getMultiple(['foo', 'bar']),
      'VALUE egg 0 7\r\nspamegg\r\nEND\r\n',
      'Unexpected commands answer.',
    ],
    ['END, to set', (p) => p.set('key', 'value'), 'END\r\n', 'Unexpected commands answer.'],
    ['STORED, to get', (p) => p.get('key'), 'STORED\r\n', 'Unexpected commands answer.'],
    ['no number', (p) => p.increment('key'), 'many\r\n', 'Unexpected commands answer.'],
    ['no version', (p) => p.version(), 'OK\r\n', 'Unexpected commands answer.'],
    ['a negative length', (p) => p.get('key'), 'VALUE key 0 -1\r\n', 'Unexpected commands answer.'],
    ['no identifier', (p) => p.get('key', true), 'VALUE key 0 1\r\nx\r\n', 'Unexpected commands answer.'],
    ['constructor', (p) => p.set('key', 'x'), 'constructor\r\n', 'Unexpected commands answer.'],
    ['a value without an end', (p) => p.get('key'), 'VALUE key 0 1\r\nxyz\r\n', 'Unexpected end of a value.'],
    ['too long a value', (p) => p.get('key'), 'VALUE key 0 101\r\n', 'Value too long: 101 bytes, of 100 allowed.'],
    ['too many statistics', (p) => p.stats(), 'STAT a b\r\n'.repeat(20), 'Too many statistics: more than 100 bytes.'],
    [
      'two answers',
      (p) => p.get('key').addCallback(() => p.version()),
      'END\r\nEND\r\n',
      'Unexpected commands answer.',
    ],
  ])('MemCacheProtocol fails what waits, and loses the connection, after %s', (_what, call, answer, message) => {
    const { p, transport, clock } = connected();
    p.MAX_VALUE_LENGTH = 100;
    const d = call(p);
    const waiting = p.version();
    p.dataReceived(Buffer.from(answer));
    for (const each of [d, waiting]) {
      const { value } = failureResultOf(each);
      expect([value.name, value.message]).toEqual(['RuntimeError', message]);
    }
    expect(transport.connected).toBe(false);
    expect(clock.getDelayedCalls()).toHaveLength(0);
  });

  it('MemCacheProtocol loses the connection after an answer to nothing', () => {
    const { p, transport } = connected();
    p.dataReceived(Buffer.from('STORED\r\n'));
    expect(transport.connected).toBe(false);
  });

  it('MemCacheProtocol takes a value of 200 KB a byte at a time, and 20,000 answers at once, in linear time', () => {
    const { p } = connected();
    const length = 200_000;
    const d = p.get('foo');
    p.dataReceived(Buffer.from(`VALUE foo 0 ${length}\r\n`));
    for (let i = 0; i < length; i += 1) p.dataReceived(Buffer.from('v'));
    const many = Array.from({ length: 20_000 }, () => p.version());
    p.dataReceived(Buffer.from(`\r\nEND\r\n${'VERSION 1\r\n'.repeat(20_000)}`));
    expect(successResultOf(d)[1]).toHaveLength(length);
    expect(many.every((each) => successResultOf(each) === '1')).toBe(true);
  });
});
