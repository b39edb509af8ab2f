import { ReactorEvents } from '../../src/core/reactorEvents';
import type { Reactor } from '../../src/reactor';

import type { FakeDriver } from './fakeDriver';
import { expectNoLoggedErrors, loggedMessages, RecordingFactory, runReactor } from './recording';

expectNoLoggedErrors();

/** Something of everything that is published happens. */
function live({ driver, reactor }: { driver: FakeDriver; reactor: Reactor }): void {
  const factory = new RecordingFactory();
  const port = reactor.listenTCP(0, factory);
  const listening = driver.listening.at(-1)!;
  const connection = listening.accepts();
  connection.receives('hello');
  factory.protocols[0]?.transport.write('goodbye');
  driver.settle();
  connection.takes();
  connection.ends();
  port.stopListening();
  listening.isClosed();
  reactor.callLater(0, () => {
    throw new RangeError('boom');
  });
  driver.settle();
  expect(loggedMessages()).toEqual(['boom']);
}

describe('ReactorEvents', () => {
  it('publishes nothing while nobody listens', () => {
    const all = runReactor();
    const publish = jest.spyOn(all.reactor.events, 'publish');
    expect(all.reactor.events.observed).toBe(false);
    live(all);
    expect(publish).not.toHaveBeenCalled();
  });

  it('tells in order what the reactor does', () => {
    const all = runReactor();
    const { events } = all.reactor;
    const log: unknown[] = [];
    events.on('listeningStarted', (_port, address) => log.push(['listeningStarted', address.toString()]));
    events.on('listeningStopped', (_port, address) => log.push(['listeningStopped', address.toString()]));
    events.on('connectionMade', (transport) => log.push(['connectionMade', transport.getPeer().toString()]));
    events.on('connectionLost', (_transport, reason) => log.push(['connectionLost', reason.value.name]));
    events.on('bytesRead', (_transport, count) => log.push(['bytesRead', count]));
    events.on('bytesWritten', (_transport, count) => log.push(['bytesWritten', count]));
    events.on('delayedCallScheduled', (call) => log.push(['delayedCallScheduled', call.active()]));
    events.on('delayedCallRan', (call) => log.push(['delayedCallRan', call.active()]));
    events.on('userCodeFailed', (where, failure) => log.push(['userCodeFailed', where, failure.value.message]));
    live(all);
    expect(log).toEqual([
      ['listeningStarted', "IPv4Address(type='TCP', host='0.0.0.0', port=40000)"],
      ['connectionMade', "IPv4Address(type='TCP', host='192.0.2.1', port=1111)"],
      ['bytesRead', 5],
      ['bytesWritten', 7],
      ['connectionLost', 'ConnectionDone'],
      ['listeningStopped', "IPv4Address(type='TCP', host='0.0.0.0', port=40000)"],
      ['delayedCallScheduled', true],
      ['userCodeFailed', 'a timed call', 'boom'],
      ['delayedCallRan', false],
    ]);
  });

  it('removes and reports an observer that throws; the others hear the event, and the protocol notices nothing', () => {
    const { driver, reactor } = runReactor();
    const log: string[] = [];
    reactor.events.on('connectionMade', () => {
      log.push('failing');
      throw new RangeError('bad observer');
    });
    reactor.events.on('connectionMade', () => log.push('sound'));
    const factory = new RecordingFactory();
    reactor.listenTCP(0, factory);
    driver.listening[0]?.accepts();
    driver.listening[0]?.accepts();
    expect(log).toEqual(['failing', 'sound', 'sound']);
    expect(factory.protocols.map((protocol) => protocol.taken())).toEqual([['connectionMade'], ['connectionMade']]);
    expect(loggedMessages()).toEqual(['bad observer']);
  });

  it('removes an observer of userCodeFailed that throws, and does not tell it of itself', () => {
    const { driver, reactor } = runReactor();
    let told = 0;
    reactor.events.on('userCodeFailed', () => {
      told += 1;
      throw new RangeError('bad observer');
    });
    reactor.callLater(0, () => {
      throw new RangeError('boom');
    });
    driver.settle();
    expect([told, reactor.events.observed]).toEqual([1, false]);
    expect(loggedMessages()).toEqual(['boom', 'bad observer']);
  });

  it('is observed from the first on() to the last off()', () => {
    const events = new ReactorEvents(() => undefined);
    const log: string[] = [];
    const observer = (): void => void log.push('heard');
    const other = (): void => undefined;
    expect(events.on('bytesRead', observer).on('bytesWritten', other).observed).toBe(true);
    events.off('bytesRead', observer);
    expect(events.observed).toBe(true);
    events.publish('bytesRead', null as never, 1);
    expect([events.off('bytesWritten', other).observed, log]).toEqual([false, []]);
  });
});
