/**
 * Two protocols talking to each other: without a network, over TCP, or over a UNIX socket.
 *
 * @twisted twisted.protocols.loopback
 *
 * Left out: `LoopbackRelay`, which nothing uses.
 */
import { currentReactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import { Deferred } from '@skein/reactor/defer';
import { AssertionError, ConnectionDone } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type {
  Bytes,
  IAddress,
  IClientFactory,
  IConsumer,
  IListeningPort,
  IProtocol,
  IProtocolFactory,
  IPullProducer,
  IPushProducer,
  IReactorRandom,
  IReactorTCP,
  IReactorUNIX,
  ITransport,
} from '@skein/reactor/interfaces';

import { toBuffer } from './bytes';
import { type ClockOptions, clockOf } from './policies/clock';
import { ProtocolWrapper } from './policies/protocolWrapper';
import { WrappingFactory } from './policies/wrappingFactory';
import { ClientFactory, Factory } from './protocol';

/** What one side has written and the other not received. */
export class LoopbackQueue {
  /** Whether the side that writes has closed. */
  disconnect = false;
  /** Called, once, when something is put in. */
  notify: (() => void) | null = null;
  readonly #items: (Buffer | null)[] = [];

  /** How many pieces there are; the end counts as one. */
  get length(): number {
    return this.#items.length;
  }

  put(item: Buffer | null): void {
    this.#items.push(item);
    const notify = this.notify;
    this.notify = null;
    notify?.();
  }

  /** Takes the next piece; null is the end. Throws `AssertionError` when there is none. */
  get(): Buffer | null {
    const item = this.#items.shift();
    if (item === undefined)
      throw new AssertionError('cannot take from an empty queue, wanted to be asked for its length');
    return item;
  }
}

/** Empties a queue into a protocol. */
export type PumpPolicy = (queue: LoopbackQueue, target: IProtocol) => void;

/** Delivers each write by itself. No network does. */
export function identityPumpPolicy(queue: LoopbackQueue, target: IProtocol): void {
  while (queue.length > 0) {
    const bytes = queue.get();
    if (bytes === null) break;
    target.dataReceived(bytes);
  }
}

/** Delivers all that was written as one. */
export function collapsingPumpPolicy(queue: LoopbackQueue, target: IProtocol): void {
  const pieces: Buffer[] = [];
  while (queue.length > 0) {
    const bytes = queue.get();
    if (bytes === null) break;
    pieces.push(bytes);
  }
  if (pieces.length > 0) target.dataReceived(Buffer.concat(pieces));
}

const ADDRESS: IAddress = Object.freeze({
  equals: (other: unknown) => other === ADDRESS,
  toString: () => 'loopback',
});

/** The transport of one side: what is written goes into the queue. */
class LoopbackTransport implements ITransport, IConsumer {
  readonly disconnecting = false;
  readonly #queue: LoopbackQueue;
  #producer: IPushProducer | IPullProducer | null = null;
  #streaming = false;

  constructor(queue: LoopbackQueue) {
    this.#queue = queue;
  }

  write(data: Bytes): void {
    this.#queue.put(toBuffer(data));
  }

  writeSequence(data: Iterable<Bytes>): void {
    this.#queue.put(Buffer.concat([...data].map(toBuffer)));
  }

  loseConnection(): void {
    this.#queue.disconnect = true;
    this.#queue.put(null);
  }

  abortConnection(): void {
    this.loseConnection();
  }

  getPeer(): IAddress {
    return ADDRESS;
  }

  getHost(): IAddress {
    return ADDRESS;
  }

  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.#producer !== null) throw new AssertionError('');
    this.#producer = producer;
    this.#streaming = streaming;
    this.pollProducer();
  }

  unregisterProducer(): void {
    if (this.#producer === null) throw new AssertionError('');
    this.#producer = null;
  }

  /** Asks a producer that is not streaming for a piece. */
  pollProducer(): void {
    if (this.#producer !== null && !this.#streaming) this.#producer.resumeProducing();
  }
}

/** One side: a protocol, and what it has written. */
interface Side {
  readonly protocol: IProtocol;
  readonly queue: LoopbackQueue;
  readonly transport: LoopbackTransport;
}

function connect(protocol: IProtocol): Side {
  const queue = new LoopbackQueue();
  const transport = new LoopbackTransport(queue);
  protocol.makeConnection(transport);
  return { protocol, queue, transport };
}

/** Delivers what `source` has written; whether there was anything. */
function pump(source: Side, target: Side, policy: PumpPolicy): boolean {
  if (source.queue.length === 0) return false;
  policy(source.queue, target.protocol);
  // The buffer has been emptied: a producer may fill it again.
  if (source.queue.length === 0) source.transport.pollProducer();
  return true;
}

/**
 * Connects two protocols, and carries data between them until one of them loses the connection. Nothing is delivered from
 * inside a write: what the protocols have not written at once is delivered in a later turn of the clock.
 *
 * @returns fires with null when both have heard of the end (the server first); fails with what a protocol threw in a later
 *   turn
 *
 * @example
 * const d = loopbackAsync(new EchoServer(), client, collapsingPumpPolicy);
 */
export function loopbackAsync(
  server: IProtocol,
  client: IProtocol,
  pumpPolicy: PumpPolicy = identityPumpPolicy,
  options: ClockOptions = {},
): Deferred<null> {
  const finished = new Deferred<null>();
  const a = connect(server);
  const b = connect(client);

  const run = (): void => {
    for (;;) {
      const serverSent = pump(a, b, pumpPolicy);
      const clientSent = pump(b, a, pumpPolicy);
      if (!serverSent && !clientSent) {
        a.queue.notify = b.queue.notify = continueLater;
        return;
      }
      if (a.queue.disconnect || b.queue.disconnect) {
        // What the side that closes has still written is delivered.
        if (a.queue.disconnect) pump(a, b, pumpPolicy);
        else pump(b, a, pumpPolicy);
        a.protocol.connectionLost(new Failure(new ConnectionDone()));
        b.protocol.connectionLost(new Failure(new ConnectionDone()));
        finished.callback(null);
        return;
      }
    }
  };
  const continueLater = (): void => {
    a.queue.notify = b.queue.notify = null;
    clockOf(options.clock ?? null).callLater(0, () => {
      try {
        run();
      } catch (error) {
        finished.errback(error);
      }
    });
  };
  run();
  return finished;
}

/** The server's wrapper: says when its connection is lost. */
class FireOnClose extends ProtocolWrapper {
  readonly closed = new Deferred<null>();

  override connectionLost(reason: Failure): void {
    super.connectionLost(reason);
    this.closed.callback(null);
  }
}

class LoopbackClientFactory extends ClientFactory {
  readonly disconnected = new Deferred<null>();

  override clientConnectionFailed(_connector: unknown, reason: Failure): void {
    this.disconnected.errback(reason);
  }

  override clientConnectionLost(): void {
    this.disconnected.callback(null);
  }
}

/** What both loopbacks over sockets do: `listen` and `connect` say where. */
function loopbackOver(
  server: IProtocol,
  client: IProtocol,
  noisy: boolean,
  listen: (factory: IProtocolFactory) => IListeningPort,
  connect: (port: IListeningPort, factory: IClientFactory) => unknown,
): Deferred<null> {
  const serverFactory = new WrappingFactory(new Factory());
  const wrapper = new FireOnClose(serverFactory, server);
  serverFactory.buildProtocol = () => wrapper;
  serverFactory.noisy = noisy;
  (serverFactory.wrappedFactory as Factory).noisy = noisy;
  const clientFactory = LoopbackClientFactory.forProtocol(() => client);
  clientFactory.noisy = noisy;

  const listening = listen(serverFactory);
  connect(listening, clientFactory);
  return clientFactory.disconnected
    .addCallback(() => wrapper.closed)
    .addCallback(() => listening.stopListening())
    .addCallback(() => null);
}

/** Options of `loopbackTCP`. */
export interface LoopbackTCPOptions {
  /** The port of 127.0.0.1 to listen on; default 0, any. */
  readonly port?: number;
  /** Whether the factories log; default true. */
  readonly noisy?: boolean;
  /** The reactor to use; default: the installed one. */
  readonly reactor?: IReactorTCP;
}

/**
 * Connects two protocols over TCP on this machine.
 *
 * @returns fires with null when both have heard of the end and the port is closed
 */
export function loopbackTCP(server: IProtocol, client: IProtocol, options: LoopbackTCPOptions = {}): Deferred<null> {
  const { port = 0, noisy = true } = options;
  const reactor = options.reactor ?? currentReactor();
  return loopbackOver(
    server,
    client,
    noisy,
    (factory) => reactor.listenTCP(port, factory, { interface: '127.0.0.1' }),
    (listening, factory) => reactor.connectTCP('127.0.0.1', (listening.getHost() as IPv4Address).port, factory),
  );
}

/** Options of `loopbackUNIX`. */
export interface LoopbackUNIXOptions {
  /** The path of the socket, where nothing may be yet; default: a name in `/tmp` that `reactor.random()` makes up. */
  readonly path?: string;
  /** Whether the factories log; default true. */
  readonly noisy?: boolean;
  /** The reactor to use; default: the installed one. */
  readonly reactor?: IReactorUNIX & IReactorRandom;
}

/**
 * Connects two protocols over a UNIX socket.
 *
 * @returns fires with null when both have heard of the end and the socket is gone
 */
export function loopbackUNIX(server: IProtocol, client: IProtocol, options: LoopbackUNIXOptions = {}): Deferred<null> {
  const reactor = options.reactor ?? currentReactor();
  const { path = `/tmp/skein-loopback-${reactor.random().toString(36).slice(2)}`, noisy = true } = options;
  return loopbackOver(
    server,
    client,
    noisy,
    (factory) => reactor.listenUNIX(path, factory),
    (_listening, factory) => reactor.connectUNIX(path, factory),
  );
}
