/** The listings of docs/howto/testing.md. */
import { Deferred } from '@skein/reactor/defer';
import { ConnectionDone, TimeoutError } from '@skein/reactor/error';
import {
  assertNoResult,
  collectLoggedErrors,
  failureResultOf,
  flushLoggedErrors,
  MemoryReactorClock,
  StringTransport,
  successResultOf,
} from '@skein/reactor/testing';
import { Clock } from '@skein/reactor/task';
import { Failure } from '@skein/reactor';
import { Protocol, ReconnectingClientFactory } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';
import { AccumulatingProtocol, connectedServerAndClient, everyChunking } from '@skein/protocols/testing';

import { PatientClient } from '../../src/simulation/lateReply';

// #region answer
class Shout extends LineReceiver {
  override lineReceived(line: string) {
    this.sendLine(line.toUpperCase());
  }
}

test('Shout answers in capitals', () => {
  const transport = new StringTransport();
  const protocol = new Shout();
  protocol.makeConnection(transport);
  protocol.dataReceived(Buffer.from('hello\r\nwor'));
  expect(transport.value().toString()).toBe('HELLO\r\n');
});
// #endregion

// #region chunks
test('Shout answers the same, however what it reads is divided', () => {
  everyChunking('hello\r\nworld\r\n', (chunks) => {
    const transport = new StringTransport();
    const protocol = new Shout();
    protocol.makeConnection(transport);
    for (const chunk of chunks) protocol.dataReceived(chunk);
    expect(transport.value().toString()).toBe('HELLO\r\nWORLD\r\n');
  });
});
// #endregion

// #region results
test('a request fails after two seconds', () => {
  const clock = new Clock();
  const client = new PatientClient(clock);
  client.makeConnection(new StringTransport());
  const [first, second] = [client.request('one'), client.request('two')];

  client.dataReceived(Buffer.from('re: one\r\n'));
  expect(successResultOf(first)).toBe('re: one');
  assertNoResult(second);

  clock.advance(2);
  failureResultOf(second, TimeoutError);
});
// #endregion

// #region memory
test('a client that cannot connect tries again', () => {
  const reactor = new MemoryReactorClock();
  const factory = new ReconnectingClientFactory();
  factory.clock = reactor;
  reactor.connectTCP('example.com', 80, factory);

  const [attempt] = reactor.tcpClients;
  expect(attempt).toMatchObject({ host: 'example.com', port: 80 });
  factory.clientConnectionFailed(attempt!.connector, new Failure(new ConnectionDone()));
  reactor.advance(3);
  expect(attempt!.connector.connects).toBe(1);
});
// #endregion

// #region pump
class Echo extends Protocol {
  override dataReceived(data: Buffer) {
    this.transport.write(data);
  }
}

test('Echo echoes', () => {
  const { client, pump } = connectedServerAndClient(
    () => new Echo(),
    () => new AccumulatingProtocol(),
  );
  client.transport.write('hello');
  pump.flush();
  expect(client.data.toString()).toBe('hello');
});
// #endregion

// #region logged
test('an error that is logged is expected', () => {
  const logged = collectLoggedErrors();
  new Deferred((d) => d.errback(new RangeError('nobody listens'))).cancel();
  expect(flushLoggedErrors(RangeError)).toHaveLength(1);
  logged.stop();
});
// #endregion
