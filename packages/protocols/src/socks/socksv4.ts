import { currentReactor } from '@skein/reactor';
import { type Deferred, maybeDeferred, succeed } from '@skein/reactor/defer';
import type {
  IAddress,
  IListeningPort,
  IProtocol,
  IProtocolFactory,
  IReactorCore,
  IReactorTCP,
  IReactorTime,
} from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { EMPTY } from '../bytes';
import { ClientCreator, Protocol } from '../protocol';

import { SOCKSv4IncomingFactory } from './incomingFactory';
import { formatReply, hexDump, parseRequest, type SOCKSRequest } from './messages';
import { type SOCKSv4Incoming, SOCKSv4Outgoing } from './relayed';

/** What the traffic is written to. */
export interface SOCKSLog {
  write(text: string): unknown;
}

/** What a SOCKS proxy needs of a reactor. */
export type SOCKSReactor = IReactorTCP & IReactorTime & Pick<IReactorCore, 'resolve'>;

type InternetPeer = IAddress & { readonly host: string; readonly port: number };

/** Where a connection is: its request is read; it is looked up, allowed and carried out; bytes go to and fro; it is over. */
type State = 'request' | 'deciding' | 'relaying' | 'over';

/**
 * A client's connection to a SOCKS proxy, version 4 or 4a: one request, then whatever it likes.
 *
 * **Everybody may connect everywhere** unless a subclass overrides `authorize`.
 *
 * A request that is none, or is longer than `MAX_REQUEST_LENGTH`, or is followed by bytes before it is answered, is refused: reply 91, and the end.
 * Each side is paused when the other takes less than it sends.
 *
 * @twisted twisted.protocols.socks.SOCKSv4
 *
 * @example
 * class Internal extends SOCKSv4 {
 *   override authorize(code: number, server: string, port: number, user: Buffer) {
 *     return server.startsWith('10.') && port === 443;
 *   }
 * }
 */
export class SOCKSv4 extends Protocol {
  /** How long a request may be, in bytes. */
  static readonly MAX_REQUEST_LENGTH: number = 1024;

  /** What the traffic is written to; null for nothing. */
  logging: SOCKSLog | null;
  /** The other side, once there is one. */
  otherConn: SOCKSv4Outgoing | SOCKSv4Incoming | null = null;
  /** What has come of the request. */
  buf: Buffer = EMPTY;
  readonly #reactor: SOCKSReactor | null;
  #state: State = 'request';
  /** The lookup or the attempt under way. */
  #pending: Deferred | null = null;
  /** Where the other side is to come to. */
  #port: IListeningPort | null = null;

  /** @param reactor - what connects, listens and looks up; null for the installed reactor */
  constructor(logging: SOCKSLog | null = null, reactor: SOCKSReactor | null = null) {
    super();
    this.logging = logging;
    this.#reactor = reactor;
  }

  get reactor(): SOCKSReactor {
    return this.#reactor ?? currentReactor();
  }

  override dataReceived(data: Buffer): void {
    if (this.#state === 'relaying') this.otherConn?.write(data);
    else if (this.#state === 'request') this.#readRequest(data);
    // The client has to wait for the answer: whatever this is, there is nobody to give it to.
    else if (this.#state === 'deciding' && data.length > 0) this.#refuse();
  }

  override connectionLost(): void {
    this.#state = 'over';
    this.buf = EMPTY;
    this.#stopWaiting();
    if (this.otherConn !== null) end(this.otherConn);
  }

  /**
   * Whether a request is granted. By default every request is, and is logged. To be overridden.
   *
   * @param code - 1 to connect, 2 to be connected to
   * @param server - the address of the other side, a dotted quad
   * @param user - who the client says it is, which proves nothing
   */
  authorize(code: number, server: string, port: number, user: Buffer): boolean | Deferred<boolean> | Promise<boolean> {
    new Logger({ namespace: 'skein.protocols', source: this }).info(
      'code {code} connection to {server}:{port} (user {user}) authorized',
      { code, server, port, user: user.toString() },
    );
    return true;
  }

  /** Connects to a port; fires with the protocol, made by `new klass(...args)`. */
  connectClass<P extends IProtocol, A extends unknown[]>(
    host: string,
    port: number,
    klass: new (...args: A) => P,
    ...args: A
  ): Deferred<P> {
    return new ClientCreator(this.reactor, klass, ...args).connectTCP(host, port);
  }

  /** Listens on a port; fires with the address, of a factory made by `new klass(...args)`. It is listened on until one has come. */
  listenClass<A extends unknown[]>(
    port: number,
    klass: new (...args: A) => IProtocolFactory,
    ...args: A
  ): Deferred<readonly [host: string, port: number]> {
    this.#port = this.reactor.listenTCP(port, new klass(...args));
    const host = this.#port.getHost() as InternetPeer;
    return succeed([host.host, host.port] as const);
  }

  /** Replies; with anything but 90 (granted), the connection ends. */
  makeReply(reply: number, version = 0, port = 0, ip = '0.0.0.0'): void {
    if (this.#state === 'over') return;
    this.transport.write(formatReply(version, reply, port, ip));
    if (reply === 90) return;
    this.#state = 'over';
    this.#stopWaiting();
    this.transport.loseConnection();
  }

  /** Sends to the client. */
  write(data: Buffer): void {
    this.log(this, data);
    this.transport.write(data);
  }

  /** Writes what was sent to `logging`: a line that says from whom to whom, and the bytes. */
  log(proto: unknown, data: Buffer): void {
    if (this.logging === null || this.otherConn === null) return;
    const [peer, theirPeer] = [this, this.otherConn].map(({ transport }) => transport.getPeer() as InternetPeer);
    const arrow = proto === this ? '<' : '>';
    this.logging.write(
      `${peer!.host}:${peer!.port} ${arrow} ${theirPeer!.host}:${theirPeer!.port}\n${hexDump(data)}\n`,
    );
  }

  /** The other side is there: bytes go to and fro from now on. Called by it. */
  relay(otherConn: SOCKSv4Outgoing | SOCKSv4Incoming): void {
    if (this.#state === 'over') {
      otherConn.transport.loseConnection();
      return;
    }
    this.#state = 'relaying';
    this.otherConn = otherConn;
    this.#stopListening();
    this.transport.registerProducer(otherConn.transport, true);
    otherConn.transport.registerProducer(this.transport, true);
  }

  /** The other side is gone; so is this, when everything has been sent. Called by it. */
  relayLost(otherConn: SOCKSv4Outgoing | SOCKSv4Incoming): void {
    if (this.otherConn === otherConn && this.#state === 'relaying') end(this);
  }

  #readRequest(data: Buffer): void {
    const bytes = this.buf.length === 0 ? data : Buffer.concat([this.buf, data]);
    const request = parseRequest(bytes);
    const limit = (this.constructor as typeof SOCKSv4).MAX_REQUEST_LENGTH;
    if ((request ?? bytes).length > limit) this.#refuse();
    else if (request === null) this.buf = bytes;
    else if (request.length < bytes.length) this.#refuse();
    else this.#carryOut(request);
  }

  #refuse(): void {
    this.buf = EMPTY;
    this.makeReply(91);
  }

  #carryOut({ version, code, port, address, name, user }: SOCKSRequest): void {
    this.buf = EMPTY;
    if (version !== 4 || (code !== 1 && code !== 2)) {
      this.#refuse();
      return;
    }
    this.#state = 'deciding';
    let isDone = false;
    const server = name === null ? succeed(address) : maybeDeferred(() => this.reactor.resolve(name));
    const done = server
      .addCallback((host) => this.#isGranted(code, host, port, user).addCallback((granted) => ({ host, granted })))
      .addCallback(({ host, granted }): unknown => {
        if (this.#state === 'over') return undefined;
        if (!granted) this.makeReply(91);
        else if (code === 1) return this.connectClass(host, port, SOCKSv4Outgoing, this);
        else return this.#bind(host);
        return undefined;
      })
      .addErrback(() => this.makeReply(91))
      .addBoth(() => {
        isDone = true;
        this.#pending = null;
      });
    if (!isDone) this.#pending = done;
  }

  /** Asks `authorize`. What it throws refuses. */
  #isGranted(code: number, host: string, port: number, user: Buffer): Deferred<boolean> {
    const answer = maybeDeferred((): unknown => this.authorize(code, host, port, user));
    return answer.addCallbacks(Boolean, (failure) => {
      new Logger({ namespace: 'skein.protocols', source: this }).failure('authorize failed', failure);
      return false;
    });
  }

  #bind(host: string): Deferred {
    return this.listenClass(0, SOCKSv4IncomingFactory, this, host).addCallback(([ip, port]) =>
      this.makeReply(90, 0, port, ip),
    );
  }

  #stopWaiting(): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.cancel();
    this.#stopListening();
  }

  #stopListening(): void {
    void this.#port?.stopListening();
    this.#port = null;
  }
}

/** Ends a side. Its producer is the other side, which is gone: it is not to be waited for. */
function end({ transport }: Protocol): void {
  transport.unregisterProducer();
  transport.loseConnection();
}
