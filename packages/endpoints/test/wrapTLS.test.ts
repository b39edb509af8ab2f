import { Deferred } from '@skein/reactor/defer';
import { ConnectingCancelledError, ConnectionDone, ConnectionLost, NotImplementedError } from '@skein/reactor/error';
import type { Failure } from '@skein/reactor/failure';
import type { IHalfCloseableProtocol, IHandshakeListener, INegotiated, IProtocol } from '@skein/reactor/interfaces';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { ExpiredCertificateError, HandshakeTimeoutError, TLSError, VerificationError } from '@skein/reactor/ssl';
import { Factory, Protocol } from '@skein/protocols';
import { HAProxySendingFactory } from '@skein/protocols/haproxy';
import { WrappingFactory } from '@skein/protocols/policies';
import { TLSMemoryBIOProtocol } from '@skein/protocols/tls';

import {
  connectProtocol,
  type IProtocolFactoryOf,
  type IStreamClientEndpoint,
  type IStreamServerEndpoint,
  proxyEndpoint,
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  wrapClientTLS,
  wrapServerTLS,
} from '../src';

import { certificate, trusting } from './certificates';
import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingFactory } from './recordingProtocol';
import { portOf, running } from './running';
import { Asking, Echo, QuietFactory } from './talking';

const loopback = { interface: '127.0.0.1' };

/** Says how its connection went on, and how it ended. */
class Noting extends Protocol implements IHandshakeListener {
  readonly events: string[] = [];
  readonly ended = new Deferred<Error>();

  override connectionMade(): void {
    this.events.push('connectionMade');
  }

  handshakeCompleted(): void {
    this.events.push('handshakeCompleted');
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    this.events.push(`connectionLost ${reason.value.name}`);
    this.ended.callback(reason.value);
  }
}

/** A client endpoint whose protocols are behind a wrapper that passes everything on, as `TrafficLoggingFactory` is. */
function throughWrapper(endpoint: IStreamClientEndpoint, wrap = (f: Factory) => new WrappingFactory(f)) {
  const wrapped: IStreamClientEndpoint = {
    connect: <P extends IProtocol>(factory: IProtocolFactoryOf<P>) => {
      let built: P | null = null;
      const noting = new Factory();
      noting.noisy = false;
      noting.buildProtocol = (addr) => (built = factory.buildProtocol(addr));
      const wrapping = wrap(noting);
      wrapping.noisy = false;
      return endpoint.connect(wrapping as never).addCallback(() => built as P);
    },
  };
  return wrapped;
}

/** Serves with one, connects with the other, and tells what the client has come to. */
function talking(
  server: (tcp: IStreamServerEndpoint, reactor: object) => IStreamServerEndpoint,
  client: (tcp: IStreamClientEndpoint, reactor: object) => IStreamClientEndpoint,
) {
  return running((reactor) =>
    server(new TCP4ServerEndpoint(reactor, 0, loopback), reactor)
      .listen(QuietFactory.forProtocol(Echo))
      .addCallback((port) => {
        const tcp = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
        return connectProtocol(client(tcp, reactor), new Asking());
      })
      .addCallback((asking) => {
        const isInMemory = asking.transport instanceof TLSMemoryBIOProtocol;
        return asking.done.addCallback((said) => `${said}, ${isInMemory ? 'in memory' : 'by the transport'}`);
      }),
  );
}

describe('wrapClientTLS and wrapServerTLS', () => {
  test('wrapClientTLS has the transport of the reactor do TLS itself', async () => {
    const outcome = await talking(
      (tcp) => wrapServerTLS(certificate.options(), tcp),
      (tcp) => wrapClientTLS(trusting(), tcp),
    );
    expect(outcome.result).toBe('hello ConnectionDone, by the transport');
  });

  test('wrapClientTLS does TLS in memory behind a wrapper, even one that passes startTLS on', async () => {
    const outcome = await talking(
      (tcp) => wrapServerTLS(certificate.options(), tcp),
      (tcp, reactor) => wrapClientTLS(trusting(), throughWrapper(tcp), { reactor }),
    );
    expect(outcome.result).toBe('hello ConnectionDone, in memory');
  });

  test('wrapServerTLS around proxyEndpoint reads the PROXY header in plain, and TLS behind it', async () => {
    const outcome = await talking(
      (tcp, reactor) => wrapServerTLS(certificate.options(), proxyEndpoint(tcp), { reactor }),
      (tcp, reactor) =>
        wrapClientTLS(
          trusting(),
          throughWrapper(tcp, (f) => new HAProxySendingFactory(f)),
          { reactor },
        ),
    );
    expect(outcome.result).toBe('hello ConnectionDone, in memory');
  });

  test('wrapClientTLS goes around itself: TLS within TLS', async () => {
    const outcome = await talking(
      (tcp, reactor) => wrapServerTLS(certificate.options(), wrapServerTLS(certificate.options(), tcp), { reactor }),
      (tcp, reactor) => wrapClientTLS(trusting(), wrapClientTLS(trusting(), tcp), { reactor }),
    );
    expect(outcome.result).toBe('hello ConnectionDone, in memory');
  });

  test.each([
    ['by the transport', (tcp: IStreamClientEndpoint) => tcp],
    ['in memory', (tcp: IStreamClientEndpoint) => throughWrapper(tcp)],
  ])('wrapClientTLS %s: connect fires before the handshake, which is told of', async (_how, around) => {
    const outcome = await running((reactor) =>
      wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 0, loopback))
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) => {
          const tcp = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
          return connectProtocol(wrapClientTLS(trusting(), around(tcp), { reactor }), new Noting());
        })
        .addCallback((noting) => {
          expect(noting.events).toEqual(['connectionMade']);
          return noting.ended.addCallback(() => noting.events);
        }),
    );
    expect(outcome.result).toEqual(['connectionMade', 'handshakeCompleted', 'connectionLost ConnectionDone']);
  });

  test.each([
    ['the certificate is for somebody else', 'elsewhere.example', VerificationError],
    ['the certificate is for the address', '127.0.0.1', ConnectionDone],
  ])('wrapClientTLS tells by connectionLost that %s', async (_what, hostname, reason) => {
    const outcome = await running((reactor) =>
      wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 0, loopback))
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) => {
          const tcp = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
          return connectProtocol(wrapClientTLS(trusting(hostname), tcp), new Noting());
        })
        .addCallback((noting) => noting.ended),
    );
    expect(outcome.result).toBeInstanceOf(reason);
    expect(outcome.result).not.toBeInstanceOf(ExpiredCertificateError);
  });

  test('wrapServerTLS loses a client that does not shake hands in time', async () => {
    const outcome = await running((reactor) => {
      const noting = new Noting();
      const factory = new QuietFactory();
      factory.buildProtocol = () => noting;
      return wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 0, loopback), {
        handshakeTimeout: 0.01,
      })
        .listen(factory)
        .addCallback((port) =>
          connectProtocol(
            new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port)),
            new RecordingFactory().buildProtocol()!,
          ),
        )
        .addCallback(() => noting.ended);
    });
    expect(outcome.result).toBeInstanceOf(HandshakeTimeoutError);
  });

  test('wrapServerTLS tells that a client speaks no TLS', async () => {
    const outcome = await running((reactor) => {
      const noting = new Noting();
      const factory = new QuietFactory();
      factory.buildProtocol = () => noting;
      return wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 0, loopback))
        .listen(factory)
        .addCallback((port) =>
          connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port)), new Asking()),
        )
        .addCallback((asking) => asking.done)
        .addCallback(() => noting.ended);
    });
    expect(outcome.result).toBeInstanceOf(TLSError);
  });

  test('wrapClientTLS in memory ends a half-closeable protocol when the transport ends', async () => {
    class Half extends Noting implements IHalfCloseableProtocol {
      override handshakeCompleted(): void {
        this.events.push('handshakeCompleted');
      }
      readConnectionLost(): void {
        this.events.push('readConnectionLost');
      }
      writeConnectionLost(): void {
        this.events.push('writeConnectionLost');
      }
    }
    /** Takes a connection, and ends it without a word of TLS. */
    class Ending extends Protocol {
      override dataReceived(): void {
        this.transport.loseConnection();
      }
    }
    const outcome = await running((reactor) =>
      new TCP4ServerEndpoint(reactor, 0, loopback)
        .listen(QuietFactory.forProtocol(Ending))
        .addCallback((port) => {
          const tcp = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
          return connectProtocol(wrapClientTLS(trusting(), throughWrapper(tcp), { reactor }), new Half());
        })
        .addCallback((half) => half.ended),
    );
    expect(outcome.result).toBeInstanceOf(ConnectionLost);
  });

  test.each([
    ['by the transport', (tcp: IStreamClientEndpoint) => tcp],
    ['in memory', (tcp: IStreamClientEndpoint) => throughWrapper(tcp)],
  ])('wrapClientTLS, %s, agrees on a protocol that the factories know', async (_how, around) => {
    class Agreeing extends Noting {
      declare transport: INegotiated;
      override handshakeCompleted(): void {
        this.events.push(String(this.transport.negotiatedProtocol));
        this.transport.loseConnection();
      }
    }
    class Speaking extends QuietFactory {
      override protocol = Agreeing;
      acceptableProtocols(): string[] {
        return ['chat/2', 'chat/1'];
      }
    }
    const outcome = await running((reactor) =>
      wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 0, loopback))
        .listen(new Speaking())
        .addCallback((port) => {
          const tcp = new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port));
          return wrapClientTLS(trusting(), around(tcp), { reactor }).connect(
            new Speaking() as IProtocolFactoryOf<Agreeing>,
          );
        })
        .addCallback((agreeing) => agreeing.ended.addCallback(() => agreeing.events[1])),
    );
    expect(outcome.result).toBe('chat/2');
  });

  test('connect and listen never throw: a source that throws, and what is no factory, are failures', () => {
    const broken = {
      getContext(): never {
        throw new NotImplementedError('no context');
      },
    };
    const reactor = new FakeReactor();
    const client = wrapClientTLS(broken, new TCP4ClientEndpoint(reactor, 'h', 1));
    expect(outcomeOf(client.connect(new RecordingFactory())).error).toEqual(new NotImplementedError('no context'));
    const server = wrapServerTLS(broken, new TCP4ServerEndpoint(reactor, 1));
    expect(outcomeOf(server.listen(new RecordingFactory())).error).toEqual(new NotImplementedError('no context'));
    const fine = wrapClientTLS(trusting(), new TCP4ClientEndpoint(reactor, 'h', 1));
    expect(outcomeOf(fine.connect(null as never)).error).toEqual(new TypeError('connect wants a factory, not null'));
    expect(
      outcomeOf(wrapServerTLS(certificate.options(), new TCP4ServerEndpoint(reactor, 1)).listen(7 as never)).error,
    ).toEqual(new TypeError('listen wants a factory, not 7'));
  });

  test('cancelling connect of wrapClientTLS stops the attempt beneath', () => {
    const reactor = new FakeReactor();
    const deferred = wrapClientTLS(trusting(), new TCP4ClientEndpoint(reactor, 'h', 1)).connect(new RecordingFactory());
    const outcome = outcomeOf(deferred);
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(reactor.connector().calls).toEqual(['stopConnecting']);
  });

  test('a context that turns out to be unusable costs the connection, and never lets it go on in plain', async () => {
    const logged = collectLoggedErrors();
    const outcome = await running((reactor) => {
      let asked = 0;
      const good = certificate.options();
      const failing = {
        getContext() {
          asked += 1;
          if (asked > 1) throw new NotImplementedError('renewing failed');
          return good.getContext();
        },
      };
      return wrapServerTLS(failing, new TCP4ServerEndpoint(reactor, 0, loopback), { reactor })
        .listen(QuietFactory.forProtocol(Echo))
        .addCallback((port) =>
          connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port)), new Asking()),
        )
        .addCallback((asking) => asking.done);
    });
    expect(outcome.result).toBe(' ConnectionLost');
    expect(flushLoggedErrors(NotImplementedError).map(({ value }) => value.message)).toEqual(['renewing failed']);
    logged.stop();
  });
});
