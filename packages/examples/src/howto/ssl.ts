/** The listings of docs/howto/ssl.md. */
import { ClientFactory, Factory, Protocol } from '@skein/protocols';
import { LineReceiver } from '@skein/protocols/basic';
import { TLSMemoryBIOFactory } from '@skein/protocols/tls';
import type { Failure } from '@skein/reactor';
import { ConnectionDone } from '@skein/reactor/error';
import type {
  IConnector,
  IHandshakeListener,
  IListeningPort,
  INegotiated,
  IReactorSSL,
  IReactorTCP,
  IReactorUNIX,
  ITLSTransport,
} from '@skein/reactor/interfaces';
import {
  Certificate,
  CertificateOptions,
  ExpiredCertificateError,
  optionsForClientTLS,
  PrivateCertificate,
  TLSVersion,
  VerificationError,
} from '@skein/reactor/ssl';

/** What the listings have to say. */
export type Say = (text: string) => void;

// #region server
class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

export function serve(reactor: IReactorSSL, port: number, pem: Buffer): IListeningPort {
  const certificate = PrivateCertificate.loadPEM(pem); // the certificate, its chain, and its key
  return reactor.listenSSL(port, Factory.forProtocol(Echo), certificate.options());
}
// #endregion

// #region client
export class Greeter extends Protocol {
  declare readonly factory: GreeterFactory;

  override connectionMade(): void {
    this.transport.write('hello'); // kept until the handshake is done
  }

  override dataReceived(data: Buffer): void {
    this.factory.say(`echoed: ${data.toString()}`);
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    this.factory.say(explain(reason));
  }
}

export class GreeterFactory extends ClientFactory {
  override protocol = Greeter;
  readonly say: Say;

  constructor(say: Say) {
    super();
    this.say = say;
  }
}

export function greet(reactor: IReactorSSL, port: number, authority: Certificate, say: Say): IConnector {
  // Without a trustRoot, whom the platform trusts.
  const options = optionsForClientTLS('localhost', { trustRoot: authority });
  return reactor.connectSSL('127.0.0.1', port, new GreeterFactory(say), options);
}
// #endregion

// #region reasons
function explain(reason: Failure): string {
  if (reason.check(ConnectionDone)) return 'done';
  if (reason.check(VerificationError)) return `somebody else: ${reason.getErrorMessage()}`;
  if (reason.check(ExpiredCertificateError)) return 'their certificate is out of date';
  return reason.getErrorMessage(); // a TLSError, or ConnectionLost: cut off without a farewell
}
// #endregion

// #region clientCertificate
/** Echoes for those who show a certificate of `authority`, and says who they are. */
class Members extends Protocol implements IHandshakeListener {
  handshakeCompleted(): void {
    const { CN } = Certificate.peerFromTransport(this.transport).getSubject();
    this.transport.write(`welcome, ${CN ?? 'whoever you are'}`);
  }
}

export function serveMembers(
  reactor: IReactorSSL,
  port: number,
  certificate: PrivateCertificate,
  authority: Certificate,
): IListeningPort {
  return reactor.listenSSL(port, Factory.forProtocol(Members), certificate.options(authority));
}

export function membership(authority: Certificate, mine: PrivateCertificate): ReturnType<typeof optionsForClientTLS> {
  return optionsForClientTLS('localhost', { trustRoot: authority, clientCertificate: mine });
}
// #endregion

// #region startTLS
class Upgrading extends LineReceiver {
  declare transport: ITLSTransport;
  readonly #options: CertificateOptions;
  #isSecure = false;

  constructor(options: CertificateOptions) {
    super();
    this.#options = options;
  }

  override lineReceived(line: string): void {
    if (line === 'STARTTLS' && !this.#isSecure) {
      this.sendLine('220 go ahead'); // goes out in plain, before the handshake
      this.clearLineBuffer(); // a line behind the command was sent in plain, by whomever: it must not count
      this.transport.startTLS(this.#options);
      this.#isSecure = true;
    } else {
      this.sendLine(this.#isSecure ? `250 ${line}, in confidence` : '530 not in plain');
    }
  }
}

export function serveUpgrading(reactor: IReactorTCP, port: number, options: CertificateOptions): IListeningPort {
  const factory = new Factory();
  factory.buildProtocol = () => new Upgrading(options);
  return reactor.listenTCP(port, factory);
}
// #endregion

// #region alpn
class Negotiating extends Protocol implements IHandshakeListener {
  declare transport: INegotiated;

  handshakeCompleted(): void {
    this.transport.write(`we speak ${this.transport.negotiatedProtocol ?? 'nothing in particular'}`);
  }
}

export function serveNegotiating(reactor: IReactorSSL, port: number, certificate: PrivateCertificate): IListeningPort {
  const options = new CertificateOptions({
    privateKey: certificate.privateKey,
    certificate,
    acceptableProtocols: ['h2', 'http/1.1'], // the server's order counts
    raiseMinimumTo: TLSVersion.TLSv1_3,
  });
  return reactor.listenSSL(port, Factory.forProtocol(Negotiating), options);
}
// #endregion

// #region sni
export function severalNames(certificates: ReadonlyMap<string, PrivateCertificate>, fallback: PrivateCertificate) {
  const contexts = new Map([...certificates].map(([name, certificate]) => [name, certificate.options()]));
  return new CertificateOptions({
    privateKey: fallback.privateKey,
    certificate: fallback,
    chooseContext: (serverName) => contexts.get(serverName) ?? null,
  });
}
// #endregion

// #region anyTransport
export function serveInPrivate(reactor: IReactorUNIX, address: string, pem: Buffer): IListeningPort {
  const options = PrivateCertificate.loadPEM(pem).options();
  const factory = new TLSMemoryBIOFactory(options, false, Factory.forProtocol(Echo), { reactor });
  return reactor.listenUNIX(address, factory);
}

export function greetInPrivate(reactor: IReactorUNIX, address: string, authority: Certificate, say: Say): IConnector {
  const options = optionsForClientTLS('localhost', { trustRoot: authority });
  const factory = new TLSMemoryBIOFactory(options, true, new GreeterFactory(say), { reactor });
  return reactor.connectUNIX(address, factory);
}
// #endregion
