/** The listings of docs/howto/classics.md. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import { ClientCreator, type Factory } from '@skein/protocols';
import { Finger } from '@skein/protocols/finger';
import { Bucket, FilterByHost, HierarchicalBucketFilter, ShapedProtocolFactory } from '@skein/protocols/htb';
import type { IdentClient } from '@skein/protocols/ident';
import { IdentServer, NoUser, ProcServerMixin } from '@skein/protocols/ident';
import { MemCacheProtocol } from '@skein/protocols/memcache';
import { PostfixTCPMapDictServerFactory } from '@skein/protocols/postfix';
import { SOCKSv4, SOCKSv4Factory, type SOCKSReactor } from '@skein/protocols/socks';
import { Chargen } from '@skein/protocols/wire';
import type { IReactorTCP, IReactorTime } from '@skein/reactor/interfaces';

// #region socks
class Internal extends SOCKSv4 {
  override authorize(code: number, server: string): boolean {
    return code === 1 && server.startsWith('127.'); // CONNECT, to this host only
  }
}

export function proxy(reactor: SOCKSReactor): SOCKSv4Factory {
  const factory = new SOCKSv4Factory(null, reactor);
  factory.protocol = Internal;
  return factory; // curl --socks4a 127.0.0.1:1080 http://localhost:8000/
}
// #endregion

// #region finger
export class Users extends Finger {
  override getUser(_slashW: boolean, user: string): unknown {
    if (user !== 'ada') return super.getUser(_slashW, user); // "No such user"
    this.transport.write('Ada Lovelace\r\n');
    this.transport.loseConnection();
    return undefined;
  }
}
// #endregion

// #region ident
export class Identd extends ProcServerMixin(IdentServer) {
  override entries = (): string[] => readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1);
  override getUsername = (uid: number): string => (uid === userInfo().uid ? userInfo().username : String(uid));
}

/** Whose is the connection from `port` of a host to `here` on this one? */
export async function owner(client: IdentClient, port: number, here: number): Promise<string | null> {
  try {
    const [, info] = await client.lookup(port, here);
    return info; // "UNIX : ada"
  } catch (error) {
    if (error instanceof NoUser) return null;
    throw error;
  }
}
// #endregion

// #region memcache
export async function visits(reactor: IReactorTCP & IReactorTime, port: number): Promise<number | false> {
  class Cache extends MemCacheProtocol {
    override clock: IReactorTime | null = reactor; // for its timeouts
  }
  const cache = await new ClientCreator(reactor, Cache).connectTCP('127.0.0.1', port);
  await cache.add('visits', '0', { expireTime: 3600 }); // false when it is there already
  const count = await cache.increment('visits');
  cache.transport.loseConnection();
  return count;
}
// #endregion

// #region postfix
export const aliases = new PostfixTCPMapDictServerFactory({
  'ada@example.org': 'ada',
  'root@example.org': 'ada, bob',
});
// #endregion

// #region htb
class All extends Bucket {
  override maxburst = 100_000; // bytes at once
  override rate = 1_000_000; // bytes a second, for everybody together
}

class Each extends Bucket {
  override maxburst = 10_000;
  override rate = 100_000; // for one host
}

export function shape(factory: Factory, clock: IReactorTime): void {
  const all = new HierarchicalBucketFilter(null, { clock });
  all.bucketFactory = All;
  const hosts = new FilterByHost(all, { clock });
  hosts.bucketFactory = Each;
  factory.protocol = ShapedProtocolFactory(Chargen, hosts, { clock });
}
// #endregion
