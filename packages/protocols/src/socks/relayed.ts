/**
 * The other sides of a SOCKS connection: where the client wanted to go, or who came to it.
 *
 * @twisted twisted.protocols.socks (SOCKSv4Outgoing, SOCKSv4Incoming)
 */
import type { IAddress } from '@skein/reactor/interfaces';

import { Protocol } from '../protocol';

import type { SOCKSv4 } from './socksv4';

/** What both have in common: what arrives goes to the client, and the end of this is the client's end. */
class Relayed extends Protocol {
  readonly socks: SOCKSv4;

  constructor(socks: SOCKSv4) {
    super();
    this.socks = socks;
  }

  override connectionMade(): void {
    this.socks.relay(this);
  }

  override dataReceived(data: Buffer): void {
    this.socks.write(data);
  }

  override connectionLost(): void {
    this.socks.relayLost(this);
  }

  /** Sends what the client has sent. */
  write(data: Buffer): void {
    this.socks.log(this, data);
    this.transport.write(data);
  }
}

/**
 * The connection that the client asked for.
 *
 * @twisted twisted.protocols.socks.SOCKSv4Outgoing
 */
export class SOCKSv4Outgoing extends Relayed {
  override connectionMade(): void {
    const peer = this.transport.getPeer() as IAddress & { host: string; port: number };
    this.socks.makeReply(90, 0, peer.port, peer.host);
    super.connectionMade();
  }
}

/**
 * The connection that came to the port that the client asked for.
 *
 * @twisted twisted.protocols.socks.SOCKSv4Incoming
 */
export class SOCKSv4Incoming extends Relayed {}
