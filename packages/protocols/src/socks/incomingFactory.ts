import type { IAddress } from '@skein/reactor/interfaces';

import { BaseFactory } from '../protocol';

import { SOCKSv4Incoming } from './relayed';
import type { SOCKSv4 } from './socksv4';

/**
 * Waits for the one connection that a client asked for, from the host that it named.
 *
 * @twisted twisted.protocols.socks.SOCKSv4IncomingFactory
 */
export class SOCKSv4IncomingFactory extends BaseFactory {
  readonly socks: SOCKSv4;
  /** Who may come; null once somebody has. */
  ip: string | null;

  constructor(socks: SOCKSv4, ip: string) {
    super();
    this.noisy = false;
    this.socks = socks;
    this.ip = ip;
  }

  override buildProtocol(addr: IAddress): SOCKSv4Incoming | null {
    const { ip } = this;
    if (ip === null) return null;
    this.ip = null;
    if ((addr as { host?: string }).host !== ip) {
      this.socks.makeReply(91, 0);
      return null;
    }
    this.socks.makeReply(90, 0);
    return new SOCKSv4Incoming(this.socks);
  }
}
