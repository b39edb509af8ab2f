import { AlreadyListened, CannotListenError, UnsupportedAddressFamily, ValueError } from '@skein/reactor/error';
import type {
  AddressFamily,
  IListeningPort,
  IProtocolFactory,
  IReactor,
  IReactorSocket,
} from '@skein/reactor/interfaces';

import { AdoptedStreamServerEndpoint, ListenFDs, serverFromString } from '../src';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { running } from './running';
import { QuietFactory } from './talking';

/** Notes what it is asked to adopt. */
class Adopting extends FakeReactor implements IReactorSocket {
  readonly adopted: unknown[] = [];
  adoptStreamPort(fileno: number, family: AddressFamily, factory: IProtocolFactory): IListeningPort {
    if (this.failure !== null) throw this.failure;
    this.adopted.push([fileno, family, factory]);
    return this.listeningPort;
  }
  adoptStreamConnection(): void {}
}

describe('AdoptedStreamServerEndpoint', () => {
  test('listen gives the descriptor to the reactor, once', () => {
    const reactor = new Adopting();
    const factory = new QuietFactory();
    const endpoint = new AdoptedStreamServerEndpoint(reactor, 9, 'UNIX');
    expect(outcomeOf(endpoint.listen(factory)).result).toBe(reactor.listeningPort);
    expect(reactor.adopted).toEqual([[9, 'UNIX', factory]]);
    expect(outcomeOf(endpoint.listen(factory)).error).toBeInstanceOf(AlreadyListened);
    expect(reactor.adopted).toHaveLength(1);
  });

  test('listen fails, and does not throw, for what the reactor throws, and for a reactor that adopts nothing', () => {
    const reactor = new Adopting();
    reactor.failure = new UnsupportedAddressFamily('IPX');
    const endpoint = new AdoptedStreamServerEndpoint(reactor, 9, 'IPX' as never);
    expect(outcomeOf(endpoint.listen(new QuietFactory())).error).toBe(reactor.failure);
    const without = new AdoptedStreamServerEndpoint(new FakeReactor() as never, 9, 'INET');
    expect(outcomeOf(without.listen(new QuietFactory())).error).toEqual(
      new TypeError('cannot listen on descriptor 9: wanted a reactor with adoptStreamPort'),
    );
  });

  test('listen fails with CannotListenError for a descriptor that is no socket', async () => {
    const outcome = await running((reactor) =>
      new AdoptedStreamServerEndpoint(reactor, 0x7fff, 'INET').listen(new QuietFactory()),
    );
    expect(outcome.error).toBeInstanceOf(CannotListenError);
  });
});

describe('serverFromString', () => {
  const reactor = new Adopting() as Adopting & IReactor;

  test.each([
    ['fd:7', 7, 'INET'],
    ['fd:7:INET6', 7, 'INET6'],
    ['FD:domain=UNIX:fileno=12', 12, 'UNIX'],
  ])('serverFromString makes what "%s" says', (description, fileno, addressFamily) => {
    expect(serverFromString<string>(reactor, description)).toMatchObject({ fileno, addressFamily });
  });

  test.each([
    ['fd:three', 'fileno is "three", wanted a whole number, as in "fd:3:domain=INET6"'],
    ['fd:-1', 'fileno is "-1", wanted a descriptor, as in "fd:3:domain=INET6"'],
    ['fd:3:IPX', 'domain is "IPX", wanted INET, INET6, UNIX, as in "fd:3:domain=INET6"'],
    ['systemd:IPX:index=0', 'domain is "IPX", wanted INET, INET6, UNIX, as in "systemd:domain=INET:index=0"'],
    ['systemd:INET', 'wanted either index or name, to say which of the inherited sockets it is, as in'],
    ['systemd:INET:index=0:name=a', 'wanted either index or name, to say which of the inherited sockets it is, as in'],
    ['systemd:INET:0', 'index is "0", wanted a socket, but this process has inherited none (LISTEN_FDS), as in'],
    ['systemd:INET:name=web', 'name is "web", wanted a socket, but this process has inherited none (LISTEN_FDS)'],
  ])('serverFromString says what is wrong with "%s"', (description, problem) => {
    const make = () => serverFromString<string>(reactor, description);
    expect(make).toThrow(ValueError);
    expect(make).toThrow(`cannot parse endpoint description "${description}": ${problem}`);
  });
});

describe('ListenFDs', () => {
  const from = (environ: Record<string, string>) => ListenFDs.fromEnvironment(environ, 42);
  const seen = (fds: ListenFDs) => [fds.inheritedDescriptors(), Object.fromEntries(fds.inheritedNamedDescriptors())];

  test.each([
    [
      'two sockets, named',
      { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin' },
      [3, 4],
      { web: 3, admin: 4 },
    ],
    ['sockets without names, from an old systemd', { LISTEN_PID: '42', LISTEN_FDS: '2' }, [3, 4], {}],
    ['nothing', {}, [], {}],
    ["another process's", { LISTEN_PID: '41', LISTEN_FDS: '2', LISTEN_FDNAMES: 'web:admin' }, [], {}],
    ['a count that is none', { LISTEN_PID: '42', LISTEN_FDS: 'two' }, [], {}],
    ['a count that is too large', { LISTEN_PID: '42', LISTEN_FDS: '99999999' }, [], {}],
    ['fewer names than sockets', { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'web' }, [], {}],
    ['sockets of one name', { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:a' }, [3, 4], { a: 4 }],
  ])('ListenFDs.fromEnvironment reads %s', (_what, environ, descriptors, names) => {
    expect(seen(from({ ...environ }))).toEqual([descriptors, names]);
  });

  test("ListenFDs.fromEnvironment takes this process's variables out of the environment, and leaves another's", () => {
    const mine: Record<string, string> = { LISTEN_PID: '42', LISTEN_FDS: '1', LISTEN_FDNAMES: 'a', HOME: '/' };
    from(mine);
    expect(mine).toEqual({ HOME: '/' });
    const others = { LISTEN_PID: '41', LISTEN_FDS: '1' };
    from(others);
    expect(others).toEqual({ LISTEN_PID: '41', LISTEN_FDS: '1' });
  });

  test('ListenFDs begins to count where it is told', () => {
    expect(seen(ListenFDs.fromEnvironment({ LISTEN_PID: '1', LISTEN_FDS: '2' }, 1, 10))).toEqual([[10, 11], {}]);
  });
});
