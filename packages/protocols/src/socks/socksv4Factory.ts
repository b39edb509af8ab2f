import type { IAddress } from '@skein/reactor/interfaces';

import { BaseFactory } from '../protocol';

import { SOCKSv4, type SOCKSLog, type SOCKSReactor } from './socksv4';

/**
 * A SOCKS proxy.
 *
 * @twisted twisted.protocols.socks.SOCKSv4Factory
 *
 * @example
 * const factory = new SOCKSv4Factory();
 * factory.protocol = Internal; // a SOCKSv4 whose `authorize` is stricter
 * reactor.listenTCP(1080, factory, { interface: '127.0.0.1' });
 */
export class SOCKSv4Factory extends BaseFactory {
  override protocol: new (logging: SOCKSLog | null, reactor: SOCKSReactor | null) => SOCKSv4 = SOCKSv4;
  /** What the traffic is written to; null for nothing. (Twisted: the name of a file.) */
  readonly logging: SOCKSLog | null;
  readonly #reactor: SOCKSReactor | null;

  /** @param reactor - what connects, listens and looks up; null for the installed reactor */
  constructor(log: SOCKSLog | null = null, reactor: SOCKSReactor | null = null) {
    super();
    this.logging = log;
    this.#reactor = reactor;
  }

  override buildProtocol(_addr: IAddress): SOCKSv4 {
    const p = new this.protocol(this.logging, this.#reactor);
    p.factory = this;
    return p;
  }
}
