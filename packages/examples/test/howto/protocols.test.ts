import { IPv4Address } from '@skein/reactor/address';
import { succeed } from '@skein/reactor/defer';
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';
import { everyChunking } from '@skein/protocols/testing';

import * as howto from '../../src/howto/protocols';

const PEER = new IPv4Address('TCP', '192.0.2.1', 80);

function connected(protocol: IProtocol): StringTransport {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return transport;
}

describe('docs/howto/protocols.md', () => {
  it('protocol: the factory holds what connections share', () => {
    const visitors = new howto.Visitors();
    const [first, second] = [visitors.buildProtocol(PEER)!, visitors.buildProtocol(PEER)!];
    const transports = [connected(first), connected(second)];
    second.dataReceived(Buffer.from('hello'));
    expect(transports.map((transport) => transport.value().toString())).toEqual([
      'You are number 1\r\n',
      'You are number 2\r\nhello',
    ]);
    first.connectionLost(new Failure(new ConnectionDone()));
    second.connectionLost(new Failure(new ConnectionLost()));
    expect([visitors.connections, visitors.broken]).toEqual([0, 1]);
  });

  it('lines: a line is an answer, and too long a one the end', () => {
    const calculator = new howto.Calculator();
    const transport = connected(calculator);
    calculator.dataReceived(Buffer.from('1+2\r\nbye\r\n3+4\r\n'));
    expect([transport.value().toString(), transport.disconnecting]).toEqual(['3\r\n', true]);
    const flooded = new howto.Calculator();
    const other = connected(flooded);
    flooded.dataReceived(Buffer.alloc(82, '1'));
    expect(other.disconnecting).toBe(true);
  });

  it('raw: bodies follow their lengths, in any division', () => {
    everyChunking('5\r\nhello3\r\nyou0\r\n', (chunks) => {
      const uploads = new howto.Uploads();
      let bodies = '';
      uploads.bodyReceived = (piece) => void (bodies += piece.toString());
      connected(uploads);
      for (const chunk of chunks) uploads.dataReceived(chunk);
      expect(bodies).toBe('helloyou');
    });
  });

  it('strings: an empty one asks for the answer', () => {
    const joiner = new howto.Joiner();
    const transport = connected(joiner);
    joiner.dataReceived(Buffer.from('5:hello,5:world,0:,'));
    expect(transport.value().toString()).toBe('11:hello world,');
  });

  it('client: connect fires with the protocol, by its type', () => {
    const transports: StringTransport[] = [];
    const d = howto.greet({
      connect: (factory) => {
        const protocol = factory.buildProtocol(PEER)!;
        transports.push(connected(protocol));
        return succeed(protocol);
      },
    });
    expect(d.result).toBeInstanceOf(howto.Greeter);
    expect(transports.map((transport) => transport.value().toString())).toEqual(['Hello, Alice\r\n']);
  });

  it('reconnecting: the delay grows, and begins anew after a connection', () => {
    const clock = new Clock();
    const factory = new howto.Persistent();
    factory.clock = clock;
    factory.noisy = false;
    factory.jitter = 0;
    const connector = { connect: jest.fn(), stopConnecting: jest.fn() };
    factory.clientConnectionFailed(connector as never, new Failure(new ConnectionLost()));
    const delay = factory.delay;
    clock.advance(delay);
    expect(connector.connect).toHaveBeenCalledTimes(1);
    factory.clientConnectionFailed(connector as never, new Failure(new ConnectionLost()));
    expect(factory.delay).toBeGreaterThan(delay);
    connected(factory.buildProtocol(PEER)!);
    expect(factory.delay).toBe(factory.initialDelay);
    factory.stopTrying();
  });

  it('test: a StringTransport keeps the answer, whatever the division', () => {
    const said: string[] = [];
    howto.testCalculator((text) => said.push(text));
    howto.testEveryChunking((text) => said.push(text));
    expect(said).toEqual(['3\r\n', '1']);
  });
});
