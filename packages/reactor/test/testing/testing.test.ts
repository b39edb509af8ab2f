import { IPv4Address, IPv6Address, UNIXAddress } from '../../src/address';
import { Deferred, fail, succeed } from '../../src/defer';
import {
  AssertionError,
  NotImplementedError,
  RuntimeError,
  UnsupportedAddressFamily,
  ValueError,
} from '../../src/error';
import { Failure } from '../../src/failure';
import {
  IConnector,
  IListeningPort,
  IReactorCore,
  IReactorSocket,
  IReactorSSL,
  IReactorTCP,
  IReactorTime,
  IReactorUNIX,
  ITCPTransport,
} from '../../src/interfaces';
import { Logger, LogPublisher } from '../../src/logger';
import { Clock } from '../../src/task';
import type { FakeConnector } from '../../src/testing';
import {
  assertNoResult,
  EventLoggingObserver,
  failureResultOf,
  MemoryReactor,
  MemoryReactorClock,
  NonStreamingProducer,
  RaisingMemoryReactor,
  StringTransport,
  StringTransportWithDisconnection,
  successResultOf,
  waitUntilAllDisconnected,
} from '../../src/testing';
import { Talker, TalkerFactory } from '../simulation/conversing';

describe('StringTransport', () => {
  it('StringTransport provides ITCPTransport, and keeps bytes and text', () => {
    const transport = new StringTransport();
    expect(ITCPTransport.providedBy(transport)).toBe(true);
    transport.write('é');
    transport.writeSequence([Buffer.from([0, 255]), 'x']);
    expect(transport.value()).toEqual(Buffer.from([0xc3, 0xa9, 0, 255, 0x78]));
    transport.clear();
    expect(transport.value()).toHaveLength(0);
  });

  it('StringTransport.write copies: what is changed afterwards is not what was written', () => {
    const transport = new StringTransport();
    const bytes = Buffer.from('abc');
    transport.write(bytes);
    bytes.fill(0);
    expect(transport.value().toString()).toBe('abc');
  });

  it('StringTransport.write throws TypeError for what are no bytes, and writeSequence writes nothing then', () => {
    const transport = new StringTransport();
    expect(() => transport.write(42 as never)).toThrow(TypeError);
    expect(() => transport.writeSequence(['a', null as never])).toThrow(TypeError);
    expect(transport.value()).toHaveLength(0);
  });

  it('StringTransport has addresses, which can be set', () => {
    expect(new StringTransport().getHost()).toEqual(new IPv4Address('TCP', '10.0.0.1', 12345));
    expect(new StringTransport().getPeer()).toEqual(new IPv4Address('TCP', '192.168.1.1', 54321));
    const peerAddress = new UNIXAddress('/there');
    expect(new StringTransport({ peerAddress }).getPeer()).toBe(peerAddress);
  });

  it('StringTransport.abortConnection disconnects, and resuming is an error after that', () => {
    const transport = new StringTransport();
    transport.abortConnection();
    expect([transport.disconnecting, transport.disconnected]).toEqual([true, true]);
    expect(() => transport.resumeProducing()).toThrow('Cannot resume producing after loseConnection');
  });

  it('StringTransport.resumeProducing throws once it was stopped', () => {
    const transport = new StringTransport();
    transport.stopProducing();
    expect(() => transport.resumeProducing()).toThrow('Cannot resume a stopped producer');
  });

  it('StringTransportWithDisconnection.loseConnection tells the protocol, once', () => {
    const transport = new StringTransportWithDisconnection();
    const talker = new Talker();
    const lost: string[] = [];
    talker.connectionLost = (reason) => void lost.push(reason.value.message);
    transport.protocol = talker;
    transport.loseConnection();
    transport.loseConnection();
    expect(lost).toEqual(['Connection was closed cleanly: Bye..']);
    expect(transport.connected).toBe(false);
  });
});

describe('MemoryReactor', () => {
  it('MemoryReactorClock provides what it stands for', () => {
    const reactor = new MemoryReactorClock();
    for (const each of [IReactorCore, IReactorTCP, IReactorSSL, IReactorUNIX, IReactorSocket, IReactorTime])
      expect(each.providedBy(reactor)).toBe(true);
  });

  it('MemoryReactor.connectTCP writes the attempt down, and tells the factory that it begins', () => {
    const reactor = new MemoryReactor();
    const started: IConnector[] = [];
    const factory = Object.assign(new TalkerFactory(), {
      startedConnecting: (it: IConnector) => void started.push(it),
    });
    const connector = reactor.connectTCP('::1', 80, factory, { timeout: 5 });
    expect(reactor.tcpClients).toEqual([{ host: '::1', port: 80, factory, options: { timeout: 5 }, connector }]);
    expect([started, reactor.connectors]).toEqual([[connector], [connector]]);
    expect(connector.getDestination()).toEqual(new IPv6Address('TCP', '::1', 80));
    expect(IConnector.providedBy(connector)).toBe(true);
    connector.stopConnecting();
    connector.disconnect();
    connector.connect();
    const { stoppedConnecting, disconnected, connects } = connector as FakeConnector;
    expect([stoppedConnecting, disconnected, connects]).toEqual([true, true, 1]);
  });

  it('MemoryReactor.listenTCP writes it down, and the port has the address', () => {
    const reactor = new MemoryReactor();
    const port = reactor.listenTCP(80, new TalkerFactory());
    expect(IListeningPort.providedBy(port)).toBe(true);
    expect(port.getHost()).toEqual(new IPv4Address('TCP', '0.0.0.0', 80));
    expect(reactor.listenTCP(80, new TalkerFactory(), { interface: '::' }).getHost()).toEqual(
      new IPv6Address('TCP', '::', 80),
    );
    expect(successResultOf(port.stopListening() as Deferred<null>)).toBeNull();
    expect(port.stopListening()).toBeNull();
    port.startListening();
    expect(reactor.tcpServers[0]?.listening.listening).toBe(true);
  });

  it('MemoryReactor writes down UNIX sockets and TLS, too', () => {
    const reactor = new MemoryReactor();
    const factory = new TalkerFactory();
    const contextFactory = { getContext: () => ({}) } as never;
    expect(reactor.listenUNIX('/run/x', factory, { mode: 0o600 }).getHost()).toEqual(new UNIXAddress('/run/x'));
    expect(reactor.connectUNIX('/run/x', factory).getDestination()).toEqual(new UNIXAddress('/run/x'));
    reactor.listenSSL(443, factory, contextFactory);
    reactor.connectSSL('10.0.0.1', 443, factory, contextFactory);
    expect(reactor.unixServers[0]?.options).toEqual({ mode: 0o600 });
    expect(reactor.unixClients).toHaveLength(1);
    expect(reactor.sslServers[0]?.contextFactory).toBe(contextFactory);
    expect(reactor.sslClients[0]?.contextFactory).toBe(contextFactory);
  });

  it('MemoryReactor.adoptStreamPort writes it down, and the port has an address of the family', () => {
    const reactor = new MemoryReactor();
    const factory = new TalkerFactory();
    const listening = reactor.adoptStreamPort(3, 'INET', factory);
    const listening6 = reactor.adoptStreamPort(4, 'INET6', factory);
    expect(listening.getHost()).toEqual(new IPv4Address('TCP', '0.0.0.0', 1234));
    expect(listening6.getHost()).toEqual(new IPv6Address('TCP', '::', 1234));
    expect(() => reactor.adoptStreamPort(5, 'UNIX', factory)).toThrow(UnsupportedAddressFamily);
    expect(reactor.adoptedPorts).toEqual([
      { fileDescriptor: 3, addressFamily: 'INET', factory, listening },
      { fileDescriptor: 4, addressFamily: 'INET6', factory, listening: listening6 },
    ]);
  });

  it('MemoryReactor.adoptStreamConnection writes it down, and asks the factory for nothing', () => {
    const reactor = new MemoryReactor();
    const factory = Object.assign(new TalkerFactory(), { buildProtocol: jest.fn(), doStart: jest.fn() });
    reactor.adoptStreamConnection(3, 'UNIX', factory);
    expect(reactor.adoptedStreamConnections).toEqual([{ fileDescriptor: 3, addressFamily: 'UNIX', factory }]);
    expect(factory.buildProtocol).not.toHaveBeenCalled();
    expect(factory.doStart).not.toHaveBeenCalled();
  });

  it('MemoryReactor.run calls the hooks, and stops', async () => {
    const reactor = new MemoryReactor();
    const log: unknown[] = [];
    reactor.callWhenRunning((...args: unknown[]) => void log.push(reactor.running, ...args), 1, 2);
    const taken = reactor.callWhenRunning(() => void log.push('taken back'));
    reactor.removeSystemEventTrigger(taken as never);
    await reactor.run();
    expect(log).toEqual([true, 1, 2]);
    expect([reactor.running, reactor.hasRun, reactor.hasStopped, reactor.hasCrashed]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    reactor.crash();
    reactor.install();
    expect([reactor.hasCrashed, reactor.hasInstalled]).toEqual([true, true]);
  });

  it('MemoryReactor.addSystemEventTrigger keeps triggers, and removeSystemEventTrigger takes them back', () => {
    const reactor = new MemoryReactor();
    const f = (): void => undefined;
    const id = reactor.addSystemEventTrigger('before', 'shutdown', f);
    expect(reactor.triggers.before?.['shutdown']).toEqual([{ callable: f, args: [] }]);
    reactor.removeSystemEventTrigger(id);
    expect(reactor.triggers.before?.['shutdown']).toEqual([]);
    expect(() => reactor.removeSystemEventTrigger(id)).toThrow(ValueError);
  });

  it('MemoryReactor.resolve and fireSystemEvent are not implemented', () => {
    expect(() => new MemoryReactor().resolve()).toThrow(NotImplementedError);
    expect(() => new MemoryReactor().fireSystemEvent()).toThrow(NotImplementedError);
  });

  it('MemoryReactorClock has time', () => {
    const reactor = new MemoryReactorClock();
    const seen: number[] = [];
    reactor.callLater(2, () => seen.push(reactor.seconds()));
    expect(reactor.getDelayedCalls()).toHaveLength(1);
    reactor.pump([1, 1]);
    reactor.advance(1);
    expect(seen).toEqual([2]);
    expect(reactor.seconds()).toBe(3);
  });

  it('RaisingMemoryReactor throws what it was given', () => {
    const reactor = new RaisingMemoryReactor(new RangeError('listen'), new RangeError('connect'));
    for (const method of ['listenTCP', 'listenSSL', 'listenUNIX', 'adoptStreamPort'] as const)
      expect(() => reactor[method]()).toThrow('listen');
    for (const method of ['connectTCP', 'connectSSL', 'connectUNIX', 'adoptStreamConnection'] as const)
      expect(() => reactor[method]()).toThrow('connect');
  });
});

describe('results', () => {
  it('successResultOf gives the result', () => {
    expect(successResultOf(succeed(42))).toBe(42);
  });

  it('successResultOf throws without a result, and with a failure, which it shows', () => {
    expect(() => successResultOf(new Deferred())).toThrow(/^Success result expected on .*, found no result instead$/);
    expect(() => successResultOf(fail(new RangeError('boom')))).toThrow(/found failure result instead:\n[^]*boom/);
    expect(() => successResultOf(new Deferred())).toThrow(AssertionError);
  });

  it('failureResultOf gives the failure, if it is of a type that is wanted', () => {
    expect(failureResultOf(fail(new RangeError('boom')), TypeError, RangeError).value.message).toBe('boom');
    expect(failureResultOf(fail(new RangeError('boom')))).toBeInstanceOf(Failure);
    expect(() => failureResultOf(fail(new RangeError('boom')), TypeError)).toThrow(
      /type \(TypeError\) expected.*RangeError/,
    );
    expect(() => failureResultOf(new Deferred())).toThrow('found no result instead');
    expect(() => failureResultOf(succeed(1))).toThrow('found success result (1) instead');
  });

  it('assertNoResult throws when there is one, and leaves the Deferred as it is', () => {
    const d = new Deferred<number>();
    assertNoResult(d);
    d.callback(7);
    expect(() => assertNoResult(d)).toThrow(/No result expected on .*, found 7 instead/);
    expect(successResultOf(d)).toBe(7);
  });
});

describe('observers and producers', () => {
  it('EventLoggingObserver keeps events until its cleanup', () => {
    const publisher = new LogPublisher();
    const cleanups: (() => void)[] = [];
    const observer = EventLoggingObserver.observing(publisher, (cleanup) => cleanups.push(cleanup));
    const log = new Logger({ namespace: 'test', observer: publisher.publish });
    log.info('one');
    log.warn('two');
    for (const cleanup of cleanups) cleanup();
    log.warn('three');
    expect([...observer].map((event) => event.log_format)).toEqual(['one', 'two']);
    expect([observer.length, observer.at(-1)?.log_format]).toEqual([2, 'two']);
  });

  it('waitUntilAllDisconnected fires when the last transport is not connected any more', () => {
    const clock = new Clock();
    const [a, b] = [{ transport: { connected: true } }, { transport: { connected: true } }];
    const waiting = waitUntilAllDisconnected(clock, [a, b, { transport: null }]);
    a.transport.connected = false;
    clock.pump([0.01, 0.01]);
    assertNoResult(waiting);
    b.transport.connected = false;
    clock.advance(0.01);
    successResultOf(waiting);
    expect(clock.getDelayedCalls()).toHaveLength(0);
  });

  it('NonStreamingProducer writes ten times, and is done', () => {
    const transport = new StringTransport();
    const producer = new NonStreamingProducer(transport);
    transport.registerProducer(producer, false);
    for (let i = 0; i < 10; i++) producer.resumeProducing();
    expect(transport.value().toString()).toBe('0123456789');
    expect(transport.producer).toBeNull();
    expect(successResultOf(producer.result)).toBeNull();
    expect(() => producer.resumeProducing()).toThrow(RuntimeError);
    expect(() => producer.pauseProducing()).toThrow(RuntimeError);
  });

  it('NonStreamingProducer.stopProducing ends it', () => {
    const producer = new NonStreamingProducer(new StringTransport());
    producer.stopProducing();
    expect(producer.stopped).toBe(true);
    expect(successResultOf(producer.result)).toBeNull();
  });
});
