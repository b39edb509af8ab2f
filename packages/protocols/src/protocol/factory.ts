import { AssertionError } from '@skein/reactor/error';
import type { IAddress, IProtocol } from '@skein/reactor/interfaces';

import { BaseFactory } from './baseFactory';

/** What makes a protocol: a class, or a function that returns a new protocol each time. */
export type ProtocolMaker<P extends IProtocol = IProtocol> = (new () => P) | (() => P);

/** What a maker makes. */
export type ProtocolOf<M extends ProtocolMaker> = M extends (new () => infer P) | (() => infer P)
  ? P extends IProtocol
    ? P
    : never
  : never;

/**
 * A factory `F` whose protocols are known to be `P`s: what `forProtocol` makes.
 *
 * `buildProtocol` is there twice because a call takes the first of several signatures, and inference the last. (`never[]`
 * keeps the compiler from taking the two for one.)
 */
export type FactoryOf<P extends IProtocol, F extends BaseFactory = Factory> = {
  buildProtocol(addr: IAddress): P | null;
} & F & { buildProtocol(addr: IAddress, ...none: never[]): P | null };

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
export class Factory extends BaseFactory {
  /** What the default `buildProtocol` makes. Null needs a `buildProtocol` of your own. */
  override protocol: ProtocolMaker | null = null;

  /**
   * A factory of this class for protocols made by `protocol`; further arguments go to the factory's constructor.
   *
   * The type of the protocols stays known: `endpoint.connect(Factory.forProtocol(Greeter))` fires with a `Greeter`.
   *
   * @example
   * reactor.listenTCP(8007, Factory.forProtocol(Echo));
   */
  static forProtocol<F extends Factory, M extends ProtocolMaker, A extends unknown[]>(
    this: new (...args: A) => F,
    protocol: M,
    ...args: A
  ): FactoryOf<ProtocolOf<M>, F> {
    const factory = new this(...args);
    factory.protocol = protocol;
    return factory as FactoryOf<ProtocolOf<M>, F>;
  }

  /**
   * A protocol for a connection from (server) or to (client) `addr`, with its `factory` set to this; or null, which
   * closes the connection.
   *
   * Throws `AssertionError` when `protocol` is null.
   */
  override buildProtocol(_addr: IAddress): IProtocol | null {
    const make = this.protocol;
    if (make === null) {
      throw new AssertionError(
        `cannot build a protocol in "${this.logPrefix()}": its protocol is null, wanted a protocol class ` +
          '(set it, or override buildProtocol)',
      );
    }
    const p: IProtocol & { factory?: unknown } = makeProtocol(make);
    p.factory = this;
    return p;
  }
}

/** Calls a maker: classes and functions with `new`; arrow functions and methods, which have no `prototype`, without. */
export function makeProtocol<P extends IProtocol>(make: ProtocolMaker<P>): P {
  const isConstructor = (make as { prototype?: unknown }).prototype !== undefined;
  return isConstructor ? new (make as new () => P)() : (make as () => P)();
}

/**
 * A factory that says it is of use for servers only. It adds nothing to `Factory`.
 *
 * @twisted twisted.internet.protocol.ServerFactory
 */
export class ServerFactory extends Factory {}
