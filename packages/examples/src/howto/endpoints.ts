/** The listings of docs/howto/endpoints.md. */
import type { Deferred } from '@skein/reactor/defer';

import { CannotListenError, ConnectError, DNSLookupError } from '@skein/reactor/error';
import type { IListeningPort, IReactor, IReactorSSL, IReactorTCP } from '@skein/reactor/interfaces';
import { type Certificate, optionsForClientTLS, type PrivateCertificate } from '@skein/reactor/ssl';
import {
  clientFromString,
  connectProtocol,
  HostnameEndpoint,
  type HostnameReactor,
  type IStreamClientEndpoint,
  type IStreamServerEndpoint,
  type IStreamServerEndpointStringParser,
  proxyEndpoint,
  quoteStringArgument,
  registerEndpointParser,
  serverFromString,
  TCP4ServerEndpoint,
  wrapClientTLS,
  wrapServerTLS,
} from '@skein/endpoints';
import { Factory, LineReceiver } from '@skein/protocols';

type Say = (text: string) => void;

// #region server
export class Shout extends LineReceiver {
  override lineReceived(line: string): void {
    this.sendLine(line.toUpperCase());
  }
}

export function serve(reactor: IReactor, description: string): Deferred<IListeningPort> {
  return serverFromString(reactor, description).listen(Factory.forProtocol(Shout));
}
// #endregion

// #region client
export class Asker extends LineReceiver {
  heard: Say = () => {};

  override lineReceived(line: string): void {
    this.heard(line);
    this.transport.loseConnection();
  }
}

export async function ask(reactor: IReactor, description: string, question: string, say: Say): Promise<void> {
  const asker = new Asker();
  asker.heard = say;
  const endpoint = clientFromString(reactor, description);
  await connectProtocol(endpoint, asker); // connected: connectionMade has been called
  asker.sendLine(question);
}
// #endregion

// #region classes
export function byName(reactor: HostnameReactor, host: string, port: number): IStreamClientEndpoint {
  return new HostnameEndpoint(reactor, host, port, { timeout: 10 }); // tries every address that the name has
}

export function forThisMachine(reactor: IReactorTCP, port: number): IStreamServerEndpoint {
  return new TCP4ServerEndpoint(reactor, port, { interface: '127.0.0.1' });
}
// #endregion

// #region quoting
export function socketIn(reactor: IReactor, folder: string): IStreamServerEndpoint {
  // By keyword: a folder's name may have a "=" in it, too.
  return serverFromString(reactor, `unix:address=${quoteStringArgument(`${folder}/chat.sock`)}`);
}
// #endregion

// #region tls
export function secured(reactor: IReactorSSL & IReactorTCP, certificate: PrivateCertificate, port: number) {
  // The proxy says in plain who the client is, and passes on its TLS.
  const behindProxy = proxyEndpoint(new TCP4ServerEndpoint(reactor, port, { interface: '127.0.0.1' }));
  return wrapServerTLS(certificate.options(), behindProxy, { reactor });
}

export function securely(reactor: IReactor, authority: Certificate, path: string): IStreamClientEndpoint {
  const local = clientFromString(reactor, `unix:path=${quoteStringArgument(path)}`);
  return wrapClientTLS(optionsForClientTLS('localhost', { trustRoot: authority }), local, { reactor });
}
// #endregion

// #region failures
export function explained(connecting: Deferred, say: Say): Deferred {
  return connecting.addErrback((failure) => {
    if (failure.check(DNSLookupError)) say('there is no such host');
    else if (failure.check(ConnectError))
      say(`nobody there: ${failure.value.name}`); // refused, timed out, no route, …
    else if (failure.check(CannotListenError)) say('the port is taken');
    else return failure;
    return null;
  });
}
// #endregion

// #region cancelling
export function atMost(reactor: IReactor, seconds: number, endpoint: IStreamClientEndpoint): Deferred<Asker> {
  const connecting = connectProtocol(endpoint, new Asker());
  const timer = reactor.callLater(seconds, () => connecting.cancel());
  return connecting.addBoth((result) => {
    if (timer.active()) timer.cancel();
    return result; // the protocol, or a failure of ConnectingCancelledError
  });
}
// #endregion

// #region parser
export const localParser: IStreamServerEndpointStringParser = {
  prefix: 'local',
  parseStreamServer(reactor, [port, ...more]) {
    if (port === undefined || more.length > 0) throw new TypeError('wanted a port, as in "local:8123"');
    return new TCP4ServerEndpoint(reactor, Number(port), { interface: '127.0.0.1' });
  },
};
// #endregion

// #region register
export function withLocal(reactor: IReactor): IStreamServerEndpoint {
  const unregister = registerEndpointParser(localParser);
  try {
    return serverFromString(reactor, 'local:8123');
  } finally {
    unregister(); // in a program: never
  }
}
// #endregion
