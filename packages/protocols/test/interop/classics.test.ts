/**
 * The classics with Debian's programs at the other end of a socket: memcached, curl, finger, an ident daemon and an ident client.
 *
 * Where one is missing its tests are passed over, visibly; in continuous integration they fail. Finger and ident have ports of
 * their own that their clients cannot be told to change, which only root may listen on.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { IPv4Address } from '@skein/reactor/address';
import { gatherResults } from '@skein/reactor/defer';
import type { IListeningPort, IReactor } from '@skein/reactor/interfaces';
import { collectLoggedErrors } from '@skein/reactor/logger';

import { ClientCreator, Factory, Protocol } from '../../src';
import { Finger } from '../../src/finger';
import { IdentClient, IdentServer, NoUser, ProcServerMixin } from '../../src/ident';
import { ClientError, MemCacheProtocol } from '../../src/memcache';
import { SOCKSv4, SOCKSv4Factory } from '../../src/socks';

import { describeWith, portOf, quiet, run, running, withServer } from './debian';

const LOOPBACK = { interface: '127.0.0.1' };

describeWith('memcached', ['memcached', '-V'])('memcached', () => {
  const memcached = (port: number) =>
    ['memcached', '-l', '127.0.0.1', '-p', String(port), '-U', '0', '-u', userInfo().username] as const;

  async function withMemcached(body: (p: MemCacheProtocol) => Promise<void>): Promise<void> {
    await running(async (reactor) =>
      withServer(reactor, memcached, async (port) => {
        const p = await new ClientCreator(reactor, MemCacheProtocol).connectTCP('127.0.0.1', port);
        p.clock = reactor;
        await body(p);
        const lost = new Promise<void>((resolve) => {
          p.connectionLost = () => resolve();
        });
        p.setTimeout(null);
        p.transport.loseConnection();
        await lost;
      }),
    );
  }

  it('MemCacheProtocol has every command carried out', async () => {
    await withMemcached(async (p) => {
      expect(await p.version()).toMatch(/^\d+\.\d+/);
      expect(await p.get('k')).toEqual([0, null]);
      expect(await p.get('k', true)).toEqual([0, '', null]);
      expect(await p.replace('k', 'x')).toBe(false);
      expect(await p.append('k', 'x')).toBe(false);
      expect(await p.add('k', 'value', { flags: 7 })).toBe(true);
      expect(await p.add('k', 'other')).toBe(false);
      expect(await p.append('k', '>')).toBe(true);
      expect(await p.prepend('k', '<')).toBe(true);
      expect(await p.get('k')).toEqual([7, Buffer.from('<value>')]);
      const [flags, cas, value] = await p.get('k', true);
      expect([flags, value?.toString()]).toEqual([7, '<value>']);
      expect(await p.checkAndSet('k', 'swapped', cas)).toBe(true);
      expect(await p.checkAndSet('k', 'again', cas)).toBe(false);
      expect(await p.checkAndSet('nothing', 'there', cas)).toBe(false);
      expect(await p.replace('k', 'replaced', { flags: 2 ** 32 - 1 })).toBe(true);
      expect(await p.get('k')).toEqual([2 ** 32 - 1, Buffer.from('replaced')]);
      expect(await p.set('n', '9')).toBe(true);
      expect(await p.increment('n')).toBe(10);
      expect(await p.increment('n', 5)).toBe(15);
      expect(await p.decrement('n', 6)).toBe(9);
      expect(await p.decrement('n', 60)).toBe(0);
      expect(await p.increment('nothing')).toBe(false);
      expect(await p.getMultiple(['k', 'n', 'nothing'])).toEqual(
        new Map([
          ['k', [2 ** 32 - 1, Buffer.from('replaced')]],
          // Of a number that has become shorter, memcached keeps the length.
          ['n', [0, Buffer.from('0 ')]],
          ['nothing', [0, null]],
        ]),
      );
      const identified = await p.getMultiple(['k', 'nothing'], true);
      expect(identified.get('k')?.[1]).toMatch(/^\d+$/);
      expect(identified.get('nothing')).toEqual([0, '', null]);
      expect(await p.set('gone', 'x', { expireTime: -1 })).toBe(true);
      expect(await p.get('gone')).toEqual([0, null]);
      expect(await p.delete('k')).toBe(true);
      expect(await p.delete('k')).toBe(false);
      const stats = await p.stats();
      expect(Number(stats.get('pid'))).toBeGreaterThan(0);
      expect(stats.get('curr_items')).toBe('1');
      expect((await p.stats('settings')).get('maxconns')).toMatch(/^\d+$/);
      expect(await p.stats('reset')).toEqual(new Map());
      expect(await p.flushAll()).toBe(true);
      expect(await p.get('n')).toEqual([0, null]);
    });
  });

  it('MemCacheProtocol keeps every byte of keys and values, up to a megabyte, and tells of errors', async () => {
    const logged = collectLoggedErrors();
    await withMemcached(async (p) => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      for (const value of [Buffer.alloc(0), bytes, Buffer.from('\r\nEND\r\n'), Buffer.alloc(1_000_000, bytes)]) {
        expect(await p.set('Grüße', value)).toBe(true);
        expect((await p.get('Grüße'))[1]?.equals(value)).toBe(true);
      }
      expect(await p.set('k'.repeat(250), 'longest')).toBe(true);
      await expect(p.increment('Grüße')).rejects.toThrow(ClientError);
      await expect(p.set('k', Buffer.alloc(2_000_000))).rejects.toThrow('object too large for cache');
      expect((await p.get('k'.repeat(250)))[1]?.toString()).toBe('longest');
    });
    logged.stop();
  });

  it('MemCacheProtocol gives 10,000 commands that were sent at once their answers', async () => {
    await withMemcached(async (p) => {
      const all = Array.from({ length: 5_000 }, (_, i) => i);
      const stored = all.map((i) => p.set(`key${i}`, `value ${i}`));
      const got = all.map((i) => p.get(`key${i}`));
      expect((await gatherResults(stored)).every(Boolean)).toBe(true);
      const values = await gatherResults(got);
      expect(values.map(([, value]) => String(value))).toEqual(all.map((i) => `value ${i}`));
    });
  });
});

describeWith('curl', ['curl', '--version'])('curl', () => {
  /** An HTTP server that says what it is asked for. */
  class HTTP extends Protocol {
    override dataReceived(data: Buffer): void {
      const body = `you asked for ${data.toString().split(' ')[1]}\n`;
      this.transport.write(`HTTP/1.0 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      this.transport.loseConnection();
    }
  }

  async function throughProxy(body: (proxy: string, target: number, asked: unknown[]) => Promise<void>): Promise<void> {
    await running(async (reactor) => {
      const asked: unknown[] = [];
      const factory = quiet(new SOCKSv4Factory(null, reactor));
      factory.protocol = class extends SOCKSv4 {
        override authorize(code: number, server: string, _port: number, user: Buffer): boolean {
          asked.push([code, server, user.toString()]);
          return user.toString() !== 'mallory';
        }
      };
      const target = reactor.listenTCP(0, quiet(Factory.forProtocol(HTTP)), LOOPBACK);
      const proxy = reactor.listenTCP(0, factory, LOOPBACK);
      await body(`127.0.0.1:${portOf(proxy)}`, portOf(target), asked);
      await Promise.all([target.stopListening(), proxy.stopListening()]);
    });
  }
  const curl = async (...args: string[]): Promise<string> =>
    run('curl', '-sS', '--noproxy', '', '--max-time', '20', ...args);

  it.each([
    ['--socks4', '127.0.0.1'],
    ['--socks4a', '127.0.0.1'],
    ['--socks4a', 'localhost'],
  ])('SOCKSv4Factory connects curl %s to %s', async (option, host) => {
    await throughProxy(async (proxy, target, asked) => {
      const page = await curl(option, `ada@${proxy}`, '--proxy-user', 'ada:', `http://${host}:${target}/page`);
      expect(page).toBe('you asked for /page\n');
      expect(asked).toEqual([[1, '127.0.0.1', 'ada']]);
    });
  });

  it('SOCKSv4Factory refuses curl what is not granted, what does not exist, and where nobody listens', async () => {
    await throughProxy(async (proxy, target) => {
      await expect(curl('--socks4', proxy, '--proxy-user', 'mallory:', `http://127.0.0.1:${target}/`)).rejects.toThrow(
        /91|reject/,
      );
      await expect(curl('--socks4a', proxy, 'http://nobody.invalid/')).rejects.toThrow(/91|reject/);
      await expect(curl('--socks4', proxy, 'http://127.0.0.1:1/')).rejects.toThrow(/91|reject/);
    });
  });
});

/** What only root may do; in continuous integration it is root who runs this. */
const mayListen = process.getuid?.() === 0;
const asRoot = (probe: readonly [string, ...string[]]): readonly [string, ...string[]] =>
  mayListen ? probe : ['only-for-root'];

/** Listens on a port that clients take for granted, on an address of loopback's that nobody else is likely to have. */
function listenWellKnown(reactor: IReactor, port: number, factory: Factory): [IListeningPort, string] {
  for (let attempt = 1; ; attempt += 1) {
    const host = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    try {
      return [reactor.listenTCP(port, quiet(factory), { interface: host }), host];
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

describeWith('finger (as root)', asRoot(['finger', '-m', 'nobody']))('finger', () => {
  class Users extends Finger {
    override getDomain(slashW: boolean): void {
      this.transport.write(slashW ? 'Login: ada\r\nShell: /bin/sh\r\n' : 'Login  Name\r\nada    Ada\r\n');
      this.transport.loseConnection();
    }
    override getUser(slashW: boolean, user: string): unknown {
      if (user !== 'ada') return super.getUser(slashW, user);
      this.transport.write(slashW ? 'Ada, at length\r\n' : 'Ada\r\n');
      this.transport.loseConnection();
      return undefined;
    }
  }

  it('Finger answers finger', async () => {
    await running(async (reactor) => {
      const [port, host] = listenWellKnown(reactor, 79, Factory.forProtocol(Users));
      const finger = async (...args: string[]): Promise<string> => (await run('finger', ...args)).replaceAll('\r', '');
      expect(await finger(`ada@${host}`)).toBe('Ada\n');
      expect(await finger('-l', `ada@${host}`)).toBe('Ada, at length\n');
      expect(await finger(`@${host}`)).toBe('Login  Name\nada    Ada\n');
      expect(await finger('-l', `@${host}`)).toBe('Login: ada\nShell: /bin/sh\n');
      expect(await finger(`eve@${host}`)).toBe('Login: eve\nNo such user\n');
      expect(await finger(`ada@elsewhere@${host}`)).toBe('Finger forwarding service denied\n');
      await port.stopListening();
    });
  });
});

/** A connection on loopback, of which others can be asked whose it is. */
async function withConnection(
  reactor: IReactor,
  body: (local: number, remote: number) => Promise<void>,
): Promise<void> {
  const server = reactor.listenTCP(0, quiet(Factory.forProtocol(Protocol)), LOOPBACK);
  const p = await new ClientCreator(reactor, Protocol).connectTCP('127.0.0.1', portOf(server));
  await body(portOf(server), (p.transport.getHost() as IPv4Address).port);
  const lost = new Promise<void>((resolve) => {
    p.connectionLost = () => resolve();
  });
  p.transport.loseConnection();
  await lost;
  await server.stopListening();
}

describeWith('oidentd', ['oidentd', '--version'])('oidentd', () => {
  it('IdentClient is told who owns a connection, and that nobody does', async () => {
    await running(async (reactor) =>
      withServer(
        reactor,
        (port) => ['oidentd', '-i', '-S', '-a', '127.0.0.1', '-p', String(port)],
        async (port) => {
          await withConnection(reactor, async (local, remote) => {
            const ask = async (onServer: number, onClient: number) => {
              // The daemon answers one query a connection.
              const client = await new ClientCreator(reactor, IdentClient).connectTCP('127.0.0.1', port);
              return client.lookup(onServer, onClient);
            };
            expect(await ask(local, remote)).toEqual(['USERID', `UNIX:${userInfo().username}`]);
            await expect(ask(1, 2)).rejects.toThrow(NoUser);
            await expect(ask(0, 2)).rejects.toThrow('INVALID-PORT');
          });
        },
      ),
    );
  });
});

describeWith("Net::Ident, Perl's ident client (as root)", asRoot(['perl', '-MNet::Ident', '-e', '1']))(
  'Net::Ident',
  () => {
    const ASK = `
    use Net::Ident; use Socket;
    my ($host, $onServer, $onClient) = @ARGV;
    my $ident = Net::Ident->newFromInAddr(
      pack_sockaddr_in($onClient, inet_aton('127.0.0.1')), pack_sockaddr_in($onServer, inet_aton($host)), 10);
    print join('|', map { defined ? $_ : '' } $ident->username()), "\\n";
  `;
    class Identd extends ProcServerMixin(IdentServer) {
      override entries = (): string[] => readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1);
      override getUsername = (uid: number): string => (uid === userInfo().uid ? userInfo().username : String(uid));
    }

    it("IdentServer answers Net::Ident, from Linux' table of connections", async () => {
      await running(async (reactor) => {
        const [port, host] = listenWellKnown(reactor, 113, Factory.forProtocol(Identd));
        await withConnection(reactor, async (local, remote) => {
          const ask = async (onServer: number, onClient: number): Promise<string> =>
            run('perl', '-e', ASK, host, String(onServer), String(onClient));
          expect(await ask(local, remote)).toBe(`${userInfo().username}|LINUX|\n`);
          expect(await ask(1, 2)).toBe('|ERROR|NO-USER\n');
        });
        await port.stopListening();
      });
    });
  },
);
