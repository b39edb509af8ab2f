import { AssertionError } from '@skein/reactor/error';
import type { IAddress, IProtocol, IProtocolFactory } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

/** What makes a protocol: a class, or a function that returns a new protocol each time. */
export type ProtocolMaker<P extends IProtocol = IProtocol> = (new () => P) | (() => P);

/**
 * Makes a protocol for each connection, and holds what they share.
 *
 * @twisted twisted.internet.protocol.Factory
 *
 * @example
 * class QOTDFactory extends Factory {
 *   override protocol = QOTD; // the default buildProtocol makes these
 *   readonly quote: string;
 *   constructor(quote = 'An apple a day keeps the doctor away') {
 *     super();
 *     this.quote = quote;
 *   }
 * }
 */
export class Factory implements IProtocolFactory {
  /** What the default `buildProtocol` makes. Null needs a `buildProtocol` of your own. */
  protocol: ProtocolMaker | null = null;

  /** How many ports and connectors use this factory now. */
  numPorts = 0;

  /** Whether starting and stopping are logged. */
  noisy = true;

  /**
   * A factory of this class for protocols made by `protocol`; further arguments go to the factory's constructor.
   *
   * @example
   * reactor.listenTCP(8007, Factory.forProtocol(Echo));
   */
  static forProtocol<F extends Factory, A extends unknown[]>(
    this: new (...args: A) => F,
    protocol: ProtocolMaker,
    ...args: A
  ): F {
    const factory: Factory & F = new this(...args);
    (factory as Factory).protocol = protocol;
    return factory;
  }

  /** What log messages about this factory begin with: the name of its class. */
  logPrefix(): string {
    return this.constructor.name;
  }

  /** Called by each port and connector that begins to use the factory; the first time it calls `startFactory`. */
  doStart(): void {
    if (this.numPorts === 0) {
      if (this.noisy) this.#log('Starting factory {name}');
      this.startFactory();
    }
    this.numPorts += 1;
  }

  /** Called by each port and connector that has ceased to use the factory; the last time it calls `stopFactory`. */
  doStop(): void {
    // Twisted's word on this: it should not happen, does sometimes, and ignoring it beats failing.
    if (this.numPorts === 0) return;
    this.numPorts -= 1;
    if (this.numPorts === 0) {
      if (this.noisy) this.#log('Stopping factory {name}');
      this.stopFactory();
    }
  }

  /** The factory comes into use: called once, before its first port listens or its first connector connects. Open files here. */
  startFactory(): void {}

  /** The factory is out of use: called once its last port and connector are done. Close files here. */
  stopFactory(): void {}

  /**
   * A protocol for a connection from (server) or to (client) `addr`, with its `factory` set to this; or null, which
   * closes the connection.
   *
   * Throws `AssertionError` when `protocol` is null.
   */
  buildProtocol(_addr: IAddress): IProtocol | null {
    const make = this.protocol;
    if (make === null) {
      throw new AssertionError(
        `cannot build a protocol in "${this.logPrefix()}": its protocol is null, wanted a protocol class ` +
          '(set it, or override buildProtocol)',
      );
    }
    const p: IProtocol & { factory?: unknown } = isConstructor(make) ? new make() : make();
    p.factory = this;
    return p;
  }

  #log(format: string): void {
    new Logger({ namespace: 'skein.protocols', source: this }).info(format, { factory: this, name: this.logPrefix() });
  }
}

/** Arrow functions and methods have no `prototype`, and cannot be called with `new`; everything else can. */
function isConstructor<P extends IProtocol>(make: ProtocolMaker<P>): make is new () => P {
  return (make as { prototype?: unknown }).prototype !== undefined;
}

/**
 * A factory that says it is of use for servers only. It adds nothing to `Factory`.
 *
 * @twisted twisted.internet.protocol.ServerFactory
 */
export class ServerFactory extends Factory {}
