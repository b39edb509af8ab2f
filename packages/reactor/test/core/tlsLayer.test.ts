import { DriverError, type SecuredInfo } from '../../src/driver';
import { ConnectionAborted, ConnectionDone, ConnectionLost } from '../../src/error';
import { type IOpenSSLContextFactory, ISSLTransport, type ITLSTransport } from '../../src/interfaces';
import { CertificateOptions, HandshakeTimeoutError, TLSError } from '../../src/ssl';

import type { FakeDriver, FakeStreamHandle } from './fakeDriver';
import {
  expectNoLoggedErrors,
  HalfCloseableRecordingProtocol,
  loggedMessages,
  RecordingClientFactory,
  RecordingFactory,
  RecordingProducer,
  RecordingProtocol,
  runReactor,
} from './recording';

expectNoLoggedErrors();

const INFO: SecuredInfo = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  negotiatedProtocol: 'h2',
  peerCertificate: null,
  sessionReused: false,
};

class Listening extends RecordingProtocol {
  handshakeCompleted(): unknown {
    return this.note('handshakeCompleted');
  }
}

interface Connection {
  readonly driver: FakeDriver;
  readonly handle: FakeStreamHandle;
  readonly protocol: RecordingProtocol;
  readonly transport: ISSLTransport;
}

/** A server's end of a connection, the handshake under way. */
function accept(protocol: RecordingProtocol = new Listening(), context?: Partial<IOpenSSLContextFactory>): Connection {
  const { driver, reactor } = runReactor();
  const factory = new RecordingFactory();
  factory.reactions['buildProtocol'] = (): RecordingProtocol => protocol;
  reactor.listenSSL(0, factory, Object.assign(new CertificateOptions(), context));
  const handle = driver.listening[0]!.accepts();
  protocol.taken();
  return { driver, handle, protocol, transport: protocol.transport as unknown as ISSLTransport };
}

/** The same, secured. */
function secured(protocol?: RecordingProtocol): Connection {
  const connection = accept(protocol);
  connection.handle.emit('secured', INFO);
  connection.protocol.taken();
  return connection;
}

describe('a connection whose handshake is under way', () => {
  it('is an ISSLTransport that knows nothing of its peer yet, and then all', () => {
    const { handle, protocol, transport } = accept();
    expect([ISSLTransport.providedBy(transport), transport.tlsInfo, handle.commands]).toEqual([
      true,
      null,
      ['startTLS'],
    ]);
    expect(handle.security).toMatchObject({ role: 'server' });
    handle.emit('secured', INFO);
    expect(transport).toMatchObject({ tlsInfo: INFO, negotiatedProtocol: 'h2' });
    expect(protocol.taken()).toEqual(['handshakeCompleted']);
  });

  it('is lost with HandshakeTimeoutError after 60 seconds', () => {
    const { driver, handle, protocol } = accept();
    driver.advance(59);
    expect(protocol.taken()).toEqual([]);
    driver.advance(1);
    expect(protocol.taken()).toEqual(['connectionLost HandshakeTimeoutError']);
    expect(protocol.reason?.value).toBeInstanceOf(HandshakeTimeoutError);
    expect(handle.commands).toEqual(['startTLS', 'close']);
  });

  it('has no limit any more when it is secured, or lost', () => {
    const { driver, protocol } = secured();
    driver.advance(1000);
    expect(protocol.taken()).toEqual([]);
    const lost = accept();
    lost.handle.breaks('ECONNRESET');
    lost.driver.advance(1000);
    expect(lost.protocol.taken()).toEqual(['connectionLost ConnectionLost']);
  });

  it('ends at once when it is lost with nothing written, and waits for the handshake otherwise', () => {
    const idle = accept();
    idle.transport.loseConnection();
    expect([idle.transport.disconnecting, idle.protocol.taken()]).toEqual([true, []]);
    idle.driver.settle();
    expect(idle.protocol.taken()).toEqual(['connectionLost ConnectionLost']);
    expect(idle.handle.commands).toEqual(['startTLS', 'reset']);

    const waiting = accept();
    waiting.transport.write('bye');
    waiting.transport.loseConnection();
    waiting.driver.settle();
    expect([waiting.handle.sent, waiting.handle.commands]).toEqual(['bye', ['startTLS']]);
    waiting.handle.emit('secured', INFO);
    waiting.handle.takes();
    expect(waiting.handle.commands).toEqual(['startTLS', 'shutdown']);
  });

  it('sends what is written in handshakeCompleted behind what waited for the handshake', () => {
    const { driver, handle, protocol, transport } = accept();
    transport.write('first ');
    protocol.reactions['handshakeCompleted'] = (): void => transport.write('second '.repeat(20_000));
    driver.settle();
    handle.emit('secured', INFO);
    handle.takes();
    driver.settle();
    expect(handle.sent).toBe(`first ${'second '.repeat(20_000)}`);
  });

  it('pauses a producer whose writes have to wait, and resumes it', () => {
    const { driver, handle, transport } = accept();
    const producer = new RecordingProducer();
    transport.registerProducer(producer, true);
    transport.write('x');
    driver.settle();
    expect(producer.taken()).toEqual(['pauseProducing']);
    handle.emit('secured', INFO);
    handle.takes();
    expect(producer.taken()).toEqual(['resumeProducing']);
  });

  it('is lost when handshakeCompleted throws', () => {
    const protocol = new Listening();
    protocol.reactions['handshakeCompleted'] = (): never => {
      throw new RangeError('boom');
    };
    const { handle } = accept(protocol);
    handle.emit('secured', INFO);
    expect(protocol.taken()).toEqual(['handshakeCompleted', 'connectionLost ConnectionLost']);
    expect(protocol.reason?.value.cause).toBeInstanceOf(RangeError);
    expect(loggedMessages()).toEqual(['boom']);
  });
});

describe('a secured connection', () => {
  it('sends what dataReceived wrote when that returns, unless it is to be lost', () => {
    const { driver, handle, protocol, transport } = secured();
    protocol.reactions['dataReceived'] = () => transport.write('answer');
    handle.receives('question');
    expect(handle.sent).toBe('answer');
    handle.takes();
    protocol.reactions['dataReceived'] = () => {
      transport.write(', bye');
      transport.loseConnection();
    };
    handle.receives('question');
    expect(handle.sent).toBe('answer');
    driver.settle();
    expect(handle.sent).toBe('answer, bye');
  });

  it('loseConnection flushes, says farewell, and is lost when the peer has answered; what still comes is for nobody', () => {
    const { driver, handle, protocol, transport } = secured();
    transport.write('bye');
    transport.loseConnection();
    transport.write('too late');
    driver.settle();
    handle.takes();
    expect([handle.sent, handle.commands, handle.reading]).toEqual(['bye', ['startTLS', 'shutdown'], true]);
    handle.receives('for nobody');
    expect(protocol.taken()).toEqual([]);
    handle.ends();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('loseConnection waits for the answer even when the protocol has paused it', () => {
    const { driver, handle, protocol, transport } = secured();
    transport.pauseProducing();
    transport.loseConnection();
    driver.settle();
    transport.pauseProducing();
    expect(handle.reading).toBe(true);
    handle.ends();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
  });

  it('loseConnection waits 30 seconds for the answer, and no longer', () => {
    const { driver, protocol, transport } = secured();
    transport.loseConnection();
    driver.settle();
    driver.advance(29);
    expect(protocol.taken()).toEqual([]);
    driver.advance(1);
    expect(protocol.taken()).toEqual(['connectionLost ConnectionLost']);
    expect(protocol.reason?.value.message).toContain('the peer did not answer the farewell within 30 seconds');
  });

  it('loseConnection waits for a producer, paused or not, and takes what it still writes', () => {
    const { driver, handle, transport } = secured();
    const producer = new RecordingProducer();
    transport.registerProducer(producer, true);
    transport.loseConnection();
    transport.write('from the producer');
    driver.settle();
    handle.takes();
    expect([handle.sent, handle.commands]).toEqual(['from the producer', ['startTLS']]);
    transport.unregisterProducer();
    transport.write('too late');
    driver.settle();
    expect([handle.sent, handle.commands]).toEqual(['from the producer', ['startTLS', 'shutdown']]);
  });

  it('loseConnection does not wait for a producer that comes after it, and drops what that writes', () => {
    for (const streaming of [true, false]) {
      const { driver, handle, protocol, transport } = secured();
      const producer = new RecordingProducer();
      transport.write('bye');
      transport.loseConnection();
      transport.registerProducer(producer, streaming);
      transport.write('too late');
      driver.settle();
      handle.takes();
      expect([handle.sent, handle.commands]).toEqual(['bye', ['startTLS', 'shutdown']]);
      producer.taken();
      handle.ends();
      expect([producer.taken(), protocol.taken()]).toEqual([['stopProducing'], ['connectionLost ConnectionDone']]);
    }
  });

  it("answers the peer's farewell, and is lost, whether or not the protocol is half-closeable", () => {
    for (const protocol of [new Listening(), new HalfCloseableRecordingProtocol()]) {
      const { handle } = secured(protocol);
      handle.ends();
      expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
      expect(handle.commands).toEqual(['startTLS', 'shutdown', 'close']);
    }
  });

  it("answers the peer's farewell when what is under way has been sent, and drops the rest", () => {
    const { driver, handle, protocol, transport } = secured();
    const producer = new RecordingProducer();
    transport.registerProducer(producer, true);
    transport.write('under way');
    driver.settle();
    transport.write('the rest');
    handle.ends();
    transport.write('too late');
    expect([handle.commands, protocol.taken()]).toEqual([['startTLS'], []]);
    handle.takes();
    expect(protocol.taken()).toEqual(['connectionLost ConnectionDone']);
    expect([handle.sent, handle.commands, producer.taken()]).toEqual([
      'under way',
      ['startTLS', 'shutdown', 'close'],
      ['stopProducing'],
    ]);
  });

  it("answers the peer's farewell within 30 seconds, or not at all", () => {
    const { driver, handle, protocol, transport } = secured();
    transport.write('under way');
    driver.settle();
    handle.ends();
    driver.advance(30);
    expect(protocol.taken()).toEqual(['connectionLost ConnectionLost']);
  });

  it('loseWriteConnection says farewell, and goes on reading', () => {
    const { driver, handle, protocol, transport } = secured(new HalfCloseableRecordingProtocol());
    transport.loseWriteConnection();
    driver.settle();
    expect([handle.commands, protocol.taken()]).toEqual([['startTLS', 'shutdown'], ['writeConnectionLost']]);
    handle.receives('more');
    handle.ends();
    expect(protocol.taken()).toEqual(['dataReceived more', 'connectionLost ConnectionDone']);
  });

  it('abortConnection makes it disconnecting, and tells the protocol ConnectionLost', () => {
    const { driver, handle, protocol, transport } = secured();
    transport.abortConnection();
    expect(transport.disconnecting).toBe(true);
    driver.settle();
    expect(protocol.reason?.value.constructor).toBe(ConnectionLost);
    expect(handle.commands).toEqual(['startTLS', 'reset']);
  });
});

describe("a client's factory", () => {
  /** What protocol and factory are told when a client's connection ends with `error`. */
  function toldOf(error: DriverError): [protocol: unknown, factory: unknown] {
    const { driver, reactor } = runReactor();
    const factory = new RecordingClientFactory();
    reactor.connectSSL('192.0.2.2', 2222, factory, new CertificateOptions());
    driver.settle();
    driver.connecting[0]!.connects();
    const told: unknown[] = [];
    factory.reactions['clientConnectionLost'] = (_: never, reason: { value: Error }): void => {
      told.push(reason.value.constructor);
    };
    driver.connecting[0]!.emit('closed', error);
    return [factory.protocols[0]!.reason?.value.constructor, told[0]];
  }

  it('is told how the connection beneath ended, and the protocol what TLS found', () => {
    expect(toldOf(new DriverError('ECONNRESET', 'read'))).toEqual([ConnectionLost, ConnectionLost]);
    expect(toldOf(new DriverError('EOF', 'tls'))).toEqual([ConnectionLost, ConnectionDone]);
    expect(toldOf(new DriverError('ERR_SSL_SOMETHING', 'tls'))).toEqual([TLSError, ConnectionDone]);
    expect(toldOf(new DriverError('ERR_TLS_CERT_ALTNAME_INVALID', 'tls'))[1]).toBe(ConnectionAborted);
  });
});

describe('startTLS', () => {
  it('waits for what was written before it, and reads nothing meanwhile', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    reactor.listenTCP(0, factory);
    const handle = driver.listening[0]!.accepts();
    const { transport } = factory.protocols[0] as unknown as { transport: ITLSTransport };
    transport.write('go');
    transport.startTLS(new CertificateOptions());
    transport.write('later');
    expect([handle.reading, handle.commands]).toEqual([false, []]);
    driver.settle();
    expect([handle.sent, handle.commands]).toEqual(['go', []]);
    handle.takes();
    expect([handle.reading, handle.commands]).toEqual([true, ['startTLS']]);
    driver.settle();
    expect(handle.sent).toBe('golater');
  });

  it('lets nothing of what was written after it out before, also where the handle takes more', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    reactor.listenTCP(0, factory);
    const handle = driver.listening[0]!.accepts();
    handle.takesMore = true;
    const protocol = factory.protocols[0] as unknown as RecordingProtocol & { transport: ITLSTransport };
    const answers = [
      (): void => protocol.transport.write('x'.repeat(40_000)),
      (): void => {
        protocol.transport.write('go');
        protocol.transport.startTLS(new CertificateOptions());
        protocol.transport.write('later');
      },
    ];
    protocol.reactions['dataReceived'] = () => answers.shift()!();
    handle.receives('one');
    handle.receives('two');
    expect([handle.sent.length, handle.commands]).toEqual([40_000, []]);
    handle.takes();
    expect([handle.sent.slice(40_000), handle.commands]).toEqual(['go', []]);
    handle.takes();
    expect([handle.sent.slice(40_000), handle.commands]).toEqual(['go', ['startTLS']]);
    driver.settle();
    expect(handle.sent.slice(40_000)).toBe('golater');
  });

  it('throws what is wrong with the context, and leaves the connection as it is', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    reactor.listenTCP(0, factory);
    const handle = driver.listening[0]!.accepts();
    const { transport } = factory.protocols[0] as unknown as { transport: ITLSTransport };
    driver.tlsError = new DriverError('ERR_SSL_NO_CIPHER_MATCH', 'tls', 'no cipher match');
    expect(() => transport.startTLS(new CertificateOptions())).toThrow('Cannot use a TLS context: no cipher match');
    expect([handle.commands, ISSLTransport.providedBy(transport)]).toEqual([[], false]);
  });
});

describe('a context that fails when a connection comes', () => {
  it('is logged and costs a server that connection, before any protocol is built', () => {
    const { driver, reactor } = runReactor();
    const factory = new RecordingFactory();
    const options = new CertificateOptions();
    let isBroken = false;
    const getContext = () => {
      if (isBroken) throw new RangeError('the certificate cannot be renewed');
      return options.getContext();
    };
    reactor.listenSSL(0, factory, { getContext });
    isBroken = true;
    const handle = driver.listening[0]!.accepts();
    expect([handle.commands, factory.protocols]).toEqual([['close'], []]);
    expect(loggedMessages()).toEqual(['the certificate cannot be renewed']);
    isBroken = false;
    driver.listening[0]!.accepts();
    expect(factory.protocols).toHaveLength(1);
  });
});
