import { Factory } from '@skein/protocols';
import { IPv4Address } from '@skein/reactor/address';
import { ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';

import * as howto from '../../src/howto/policies';

const PEER = new IPv4Address('TCP', '192.0.2.1', 80);

function connected(protocol: IProtocol | null): StringTransport {
  const transport = new StringTransport();
  protocol?.makeConnection(transport);
  return transport;
}
const lost = (protocol: IProtocol | null): void => protocol?.connectionLost(new Failure(new ConnectionDone()));

describe('docs/howto/policies.md', () => {
  it('wrap: ten connections a peer, each lost after ten minutes of silence', () => {
    const clock = new Clock();
    const factory = howto.guarded(clock);
    const protocols = Array.from({ length: 11 }, () => factory.buildProtocol(PEER));
    expect(protocols.map((protocol) => protocol !== null)).toEqual([...Array<boolean>(10).fill(true), false]);
    const [transport] = protocols.map(connected) as [StringTransport];
    clock.advance(599);
    protocols[0]!.dataReceived(Buffer.from('hello\r\n'));
    expect(transport.value().toString()).toBe('HELLO\r\n');
    clock.advance(599);
    expect(transport.disconnecting).toBe(false);
    clock.advance(1);
    expect(transport.disconnecting).toBe(true);
  });

  it('total: who is one too many is told so', () => {
    const factory = new howto.FewConnections();
    factory.connectionLimit = 1;
    const first = connected(factory.buildProtocol(PEER));
    const second = connected(factory.buildProtocol(PEER));
    expect([first.value().toString(), first.disconnecting]).toEqual(['', false]);
    expect([second.value().toString(), second.disconnecting]).toEqual(['Come back later\r\n', true]);
  });

  it('mixin: a name in time, or none', () => {
    const clock = new Clock();
    const [early, late] = [new howto.Login(), new howto.Login()];
    for (const login of [early, late]) login.clock = clock;
    const [greeted, dropped] = [connected(early), connected(late)];
    early.dataReceived(Buffer.from('Alice\r\n'));
    clock.advance(30);
    expect(greeted.value().toString()).toBe('name?\r\nHello, Alice\r\n');
    expect([greeted.disconnecting, dropped.disconnecting]).toEqual([false, true]);
    expect(dropped.value().toString()).toBe('name?\r\ntoo late\r\n');
  });

  it('progress: a byte a minute is not enough', () => {
    const clock = new Clock();
    const factory = howto.withoutIdlers(Factory.forProtocol(howto.Shout), clock);
    const protocol = factory.buildProtocol(PEER);
    const transport = connected(protocol);
    protocol?.dataReceived(Buffer.alloc(100));
    clock.advance(10);
    expect(transport.disconnected).toBe(false);
    protocol?.dataReceived(Buffer.alloc(1));
    clock.advance(10);
    expect(transport.disconnected).toBe(true);
    lost(protocol);
  });

  it('progress: a question has to come in time, and its answer may take its own', () => {
    const clock = new Clock();
    const factory = howto.withoutIdlers(Factory.forProtocol(howto.Asked), clock);
    const protocol = factory.buildProtocol(PEER);
    const transport = connected(protocol);
    protocol?.dataReceived(Buffer.alloc(100, 'x'));
    clock.advance(10);
    protocol?.dataReceived(Buffer.from('?\r\n'));
    clock.pump([10, 10, 10]);
    expect(transport.disconnected).toBe(false);
    lost(protocol);

    const slow = factory.buildProtocol(PEER);
    const dropped = connected(slow);
    for (let i = 0; i < 4; i++) {
      slow?.dataReceived(Buffer.alloc(100, 'x'));
      clock.advance(5);
    }
    expect(dropped.disconnected).toBe(true);
    lost(slow);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  it('throttle: everybody is paused when a second was too much', () => {
    const clock = new Clock();
    const factory = howto.throttled(Factory.forProtocol(howto.Shout), clock);
    const protocol = factory.buildProtocol(PEER);
    const transport = connected(protocol);
    clock.advance(1);
    for (let i = 0; i < 200; i++) protocol?.dataReceived(Buffer.from(`${'x'.repeat(9998)}\r\n`));
    clock.advance(1);
    expect(transport.producerState).toBe('paused');
    clock.advance(1);
    expect(transport.producerState).toBe('producing');
    lost(protocol);
  });

  it('proxy: the peer is the one that the header names', () => {
    const inner = new howto.Shout();
    const protocol = howto.behindAProxy(Factory.forProtocol(() => inner)).buildProtocol(PEER);
    const transport = connected(protocol);
    protocol?.dataReceived(Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 56324 80\r\nhello\r\n'));
    expect(transport.value().toString()).toBe('HELLO\r\n');
    expect(inner.transport.getPeer()).toEqual(new IPv4Address('TCP', '203.0.113.7', 56324));
  });

  it('own: a wrapper sees what goes by', () => {
    const factory = new howto.CountingFactory(Factory.forProtocol(howto.Shout));
    const protocol = factory.buildProtocol(PEER);
    connected(protocol);
    protocol?.dataReceived(Buffer.from('hello\r\n'));
    expect([factory.received, factory.sent]).toEqual([7, 7]);
  });
});
