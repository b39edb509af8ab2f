import { Deferred } from '@skein/reactor/defer';

import { connectionDone, Factory, LineReceiver } from '../../src';
import { AccumulatingProtocol, everyChunking, LineSendingProtocol } from '../../src/testing';
import { RecordingTransport } from '../recordingTransport';

describe('AccumulatingProtocol', () => {
  it('AccumulatingProtocol collects data and fires when it is connected and lost', () => {
    const fired: unknown[] = [];
    class Waiting extends Factory {
      protocolConnectionMade: Deferred<AccumulatingProtocol> | null = new Deferred<AccumulatingProtocol>();
    }
    const factory = new Waiting();
    factory.protocolConnectionMade?.addCallback((p) => void fired.push(p));
    const p = new AccumulatingProtocol();
    p.factory = factory;
    p.closedDeferred = new Deferred<null>();
    p.closedDeferred.addCallback((result) => void fired.push(result));
    p.makeConnection(new RecordingTransport());
    p.dataReceived(Buffer.from('one'));
    p.dataReceived(Buffer.from('two'));
    expect(p.data.toString()).toBe('onetwo');
    p.dataReceived(Buffer.from('three'));
    expect(p.data.toString()).toBe('onetwothree');
    p.connectionLost(connectionDone);
    expect([p.made, p.closed, p.closedReason]).toEqual([true, true, connectionDone]);
    expect(fired).toEqual([p, null]);
    expect(factory.protocolConnectionMade).toBeNull();
  });
});

describe('LineSendingProtocol', () => {
  it('LineSendingProtocol sends at once, or when it has heard something', () => {
    const eager = new LineSendingProtocol(['a', 'b']);
    const transport = new RecordingTransport();
    eager.makeConnection(transport);
    expect(transport.value.toString()).toBe('a\r\nb\r\n');
    const waiting = new LineSendingProtocol(['a'], false);
    const second = new RecordingTransport();
    waiting.makeConnection(second);
    expect(second.value).toHaveLength(0);
    waiting.dataReceived(Buffer.from('go\r\non\r\n'));
    expect(second.value.toString()).toBe('a\r\n');
    expect(waiting.response).toEqual(['go', 'on']);
    waiting.connectionLost();
    expect(waiting.lostConn).toBe(true);
  });
});

describe('everyChunking', () => {
  const collected = (bytes: string, seed?: number): string[][] => {
    const seen: string[][] = [];
    everyChunking(bytes, (chunks) => seen.push(chunks.map(String)), seed === undefined ? {} : { seed });
    return seen;
  };

  it('everyChunking divides without loss: whole, in two, into bytes, and arbitrarily', () => {
    const seen = collected('abcd');
    expect(seen.slice(0, 5)).toEqual([['abcd'], ['a', 'bcd'], ['ab', 'cd'], ['abc', 'd'], ['a', 'b', 'c', 'd']]);
    expect(seen).toHaveLength(25);
    expect(seen.every((chunks) => chunks.join('') === 'abcd' && chunks.every((chunk) => chunk !== ''))).toBe(true);
  });

  it('everyChunking is the same for the same seed, and another for another', () => {
    const text = 'x'.repeat(100);
    const lengths = (seed: number) => collected(text, seed).map((chunks) => chunks.map((chunk) => chunk.length));
    expect(lengths(7)).toEqual(lengths(7));
    expect(lengths(7)).not.toEqual(lengths(8));
  });

  it('everyChunking can do without bytes', () => {
    expect(collected('').every((chunks) => chunks.join('') === '')).toBe(true);
  });

  it('everyChunking finds a receiver that loses what is split', () => {
    class Careless extends LineReceiver {
      readonly lines: string[] = [];
      override dataReceived(data: Buffer): unknown {
        this.clearLineBuffer();
        return super.dataReceived(data);
      }
      override lineReceived(line: string): void {
        this.lines.push(line);
      }
    }
    let wrong = 0;
    everyChunking('one\r\ntwo\r\n', (chunks) => {
      const p = new Careless();
      for (const chunk of chunks) p.dataReceived(chunk);
      if (p.lines.join() !== 'one,two') wrong += 1;
    });
    expect(wrong).toBeGreaterThan(5);
  });
});
