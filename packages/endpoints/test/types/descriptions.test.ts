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
