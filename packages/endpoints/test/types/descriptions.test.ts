/** What the types of descriptions let through, and what they say. `tsc` checks this file; running it checks that it is whole. */
import { expectTypeOf } from 'expect-type';

import type { IReactor } from '@skein/reactor/interfaces';

import {
  clientFromString,
  type ClientDescription as Client,
  serverFromString,
  type ServerDescription as Server,
  TCP4ServerEndpoint,
} from '../../src';
import { CLIENT_KINDS, type ClientKind, SERVER_KINDS, type ServerKind } from '../../src/description/kinds';
import type { ClientArguments, ServerArguments } from '../../src/description/typed';
import { FakeReactor } from '../fakeReactor';

const reactor = new FakeReactor() as FakeReactor & IReactor;

test('ServerDescription lets right descriptions through, and those it knows nothing about', () => {
  expectTypeOf<Server<'tcp:80'>>().toEqualTypeOf<'tcp:80'>();
  expectTypeOf<Server<'tcp:80:interface=127.0.0.1'>>().toEqualTypeOf<'tcp:80:interface=127.0.0.1'>();
  expectTypeOf<Server<'tcp:port=80'>>().toEqualTypeOf<'tcp:port=80'>();
  expectTypeOf<Server<'tcp6:80:interface=\\:\\:1'>>().toEqualTypeOf<'tcp6:80:interface=\\:\\:1'>();
  expectTypeOf<Server<'unix:/run/s'>>().toEqualTypeOf<'unix:/run/s'>();
  expectTypeOf<Server<'mine:anything'>>().toEqualTypeOf<'mine:anything'>();
  expectTypeOf<Server<string>>().toEqualTypeOf<string>();
  expectTypeOf<Server<`tcp:${number}`>>().toEqualTypeOf<`tcp:${number}`>();
  expectTypeOf<Server<`tcp:${string}`>>().toEqualTypeOf<`tcp:${string}`>();
  expectTypeOf<Server<`unix:${string}:mode=600`>>().toEqualTypeOf<`unix:${string}:mode=600`>();
  const port = 80;
  const text = ['tcp', port].join(':');
  expect(serverFromString(reactor, text)).toBeInstanceOf(TCP4ServerEndpoint);
  expect(serverFromString(reactor, `tcp:${port}`)).toBeInstanceOf(TCP4ServerEndpoint);
});

test('ServerDescription says what is wrong with a port, and so does serverFromString', () => {
  expectTypeOf<Server<'tcp:http'>>().toEqualTypeOf<'port is "http", wanted a number, as in "tcp:8080"'>();
  expectTypeOf<Server<'tcp6:80abc:5'>>().toEqualTypeOf<'port is "80abc", wanted a number, as in "tcp6:8080"'>();
  expectTypeOf<Server<'tcp'>>().toEqualTypeOf<'port is missing, as in "tcp:8080"'>();
  // @ts-expect-error -- no port
  expect(() => serverFromString(reactor, 'tcp:http')).toThrow('port is "http"');
});

test('ServerDescription says which keyword its kind does not know, and which argument is missing, as it is said at run time', () => {
  expectTypeOf<
    Server<'tcp:80:interfaces=::1'>
  >().toEqualTypeOf<'there is no argument "interfaces", wanted port, interface, backlog, as in "tcp:8080"'>();
  expectTypeOf<
    Server<`tcp:${number}:interfce=127.0.0.1`>
  >().toEqualTypeOf<'there is no argument "interfce", wanted port, interface, backlog, as in "tcp:8080"'>();
  expectTypeOf<
    Server<'unix:/run/s:mod=660'>
  >().toEqualTypeOf<'there is no argument "mod", wanted address, mode, backlog, lockfile, as in "unix:/run/chat.sock"'>();
  expectTypeOf<
    Server<'systemd:INET:nme=web'>
  >().toEqualTypeOf<'there is no argument "nme", wanted domain, index, name, as in "systemd:domain=INET:index=0"'>();
  expectTypeOf<Server<'unix'>>().toEqualTypeOf<'address is missing, as in "unix:/run/chat.sock"'>();
  expectTypeOf<Server<'fd'>>().toEqualTypeOf<'fileno is missing, as in "fd:3:domain=INET6"'>();
  expectTypeOf<Server<'haproxy:tcp:http'>>().toEqualTypeOf<'port is "http", wanted a number, as in "tcp:8080"'>();
  const wanted = 'there is no argument "interfaces", wanted port, interface, backlog';
  // @ts-expect-error -- no such argument
  expect(() => serverFromString(reactor, 'tcp:80:interfaces=::1')).toThrow(wanted);
  // @ts-expect-error -- no such argument, in what is within
  expect(() => serverFromString(reactor, 'haproxy:tcp:80:interfaces=1')).toThrow(wanted);
});

test('ServerDescription is silent about what it cannot be sure of', () => {
  expectTypeOf<Server<'haproxy:tcp:80:interface=127.0.0.1'>>().toEqualTypeOf<'haproxy:tcp:80:interface=127.0.0.1'>();
  expectTypeOf<Server<'ssl:443:privateKey=a:certKey=b'>>().toEqualTypeOf<'ssl:443:privateKey=a:certKey=b'>();
  // Types that somebody may have registered, in upper case too.
  expectTypeOf<Server<'ws:80:spell=x'>>().toEqualTypeOf<'ws:80:spell=x'>();
  expectTypeOf<Server<'TCP:http'>>().toEqualTypeOf<'TCP:http'>();
  // What is quoted, or comes after text that may end in a quote.
  expectTypeOf<Server<'unix:a\\:mod=6'>>().toEqualTypeOf<'unix:a\\:mod=6'>();
  expectTypeOf<Server<`unix:${string}:mod=6`>>().toEqualTypeOf<`unix:${string}:mod=6`>();
  expectTypeOf<Server<`tcp:80:interface=${string}:x=1`>>().toEqualTypeOf<`tcp:80:interface=${string}:x=1`>();
  expectTypeOf<Server<'tcp:80' | 'unix:/run/s'>>().toEqualTypeOf<'tcp:80' | 'unix:/run/s'>();
  expect(() => serverFromString(reactor, 'TCP:http')).toThrow("Unknown endpoint type: 'tcp'");
});

test('ServerArguments and ClientArguments are the arguments that the kinds take', () => {
  const servers: ServerArguments = {
    tcp: 'port, interface, backlog',
    tcp6: 'port, backlog, interface',
    unix: 'address, mode, backlog, lockfile',
    ssl: 'port, privateKey, certKey, sslmethod, interface, backlog, extraCertChain, dhParameters',
    tls: 'endpoint, privateKey, certKey, sslmethod, extraCertChain, dhParameters',
    systemd: 'domain, index, name',
    fd: 'fileno, domain',
  };
  const clients: ClientArguments = {
    tcp: 'host, port, timeout, bindAddress',
    tls: 'host, port, timeout, bindAddress, certificate, privateKey, trustRoots, endpoint',
    ssl: 'host, port, timeout, bindAddress, hostname, caCertsDir, certKey, privateKey',
    unix: 'path, timeout, lockfile',
  };
  const taken = (kinds: readonly (ServerKind | ClientKind)[]) =>
    Object.fromEntries(
      kinds.map(({ prefix, signature }) => [prefix, signature.parameters.map((p) => p.name).join(', ')]),
    );
  expect({ ...servers, haproxy: '…' }).toEqual(taken(SERVER_KINDS));
  expect(clients).toEqual(taken(CLIENT_KINDS));
});

test('ClientDescription lets right descriptions through, and those it knows nothing about', () => {
  expectTypeOf<Client<'tcp:h:80'>>().toEqualTypeOf<'tcp:h:80'>();
  expectTypeOf<Client<'tcp:h:80:timeout=5'>>().toEqualTypeOf<'tcp:h:80:timeout=5'>();
  expectTypeOf<Client<'tcp:host=h:port=80'>>().toEqualTypeOf<'tcp:host=h:port=80'>();
  expectTypeOf<Client<'tcp:h:port=80'>>().toEqualTypeOf<'tcp:h:port=80'>();
  expectTypeOf<Client<'tcp:\\:\\:1:80'>>().toEqualTypeOf<'tcp:\\:\\:1:80'>();
  expectTypeOf<Client<'tcp:80:host=h'>>().toEqualTypeOf<'tcp:80:host=h'>();
  expectTypeOf<Client<`tcp:${string}:${number}`>>().toEqualTypeOf<`tcp:${string}:${number}`>();
  expectTypeOf<Client<'unix:/run/s'>>().toEqualTypeOf<'unix:/run/s'>();
  expect(clientFromString(reactor, 'tcp:h:80')).toHaveProperty('host', 'h');
});

test('ClientDescription says what is wrong with host and port, and so does clientFromString', () => {
  expectTypeOf<Client<'TCP:h:http'>>().toEqualTypeOf<'port is "http", wanted a number, as in "tcp:example.com:80"'>();
  expectTypeOf<Client<'tcp:h'>>().toEqualTypeOf<'port is missing, as in "tcp:example.com:80"'>();
  expectTypeOf<Client<'tcp'>>().toEqualTypeOf<'host and port are missing, as in "tcp:example.com:80"'>();
  // @ts-expect-error -- no port
  expect(() => clientFromString(reactor, 'tcp:h')).toThrow('port is missing');
});

test('ClientDescription says which keyword its kind does not know, and which argument is missing', () => {
  expectTypeOf<Client<'tls:h'>>().toEqualTypeOf<'port is missing, as in "tls:example.com:443"'>();
  expectTypeOf<Client<'unix'>>().toEqualTypeOf<'path is missing, as in "unix:/run/chat.sock"'>();
  expectTypeOf<
    Client<'unix:/run/s:timout=5'>
  >().toEqualTypeOf<'there is no argument "timout", wanted path, timeout, lockfile, as in "unix:/run/chat.sock"'>();
  expectTypeOf<Client<'ssl:h:443:hostname=h'>>().toEqualTypeOf<'ssl:h:443:hostname=h'>();
  expectTypeOf<Client<'tls:h:443:trustRoots=a'>>().toEqualTypeOf<'tls:h:443:trustRoots=a'>();
  expectTypeOf<Client<'wss:h:443:any=thing'>>().toEqualTypeOf<'wss:h:443:any=thing'>();
  // @ts-expect-error -- no such argument
  expect(() => clientFromString(reactor, 'tcp:h:80:timout=5')).toThrow('there is no argument "timout"');
});
