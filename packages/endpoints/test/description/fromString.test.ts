import { ValueError } from '@skein/reactor/error';
import type { IReactor } from '@skein/reactor/interfaces';

import {
  clientFromString,
  quoteStringArgument,
  registerEndpointParser,
  serverFromString,
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ServerEndpoint,
} from '../../src';
import { FakeReactor } from '../fakeReactor';
import { RecordingFactory } from '../recordingProtocol';

function fakeReactor(): FakeReactor & IReactor {
  return new FakeReactor() as FakeReactor & IReactor;
}

describe('serverFromString', () => {
  test.each([
    ['tcp:80', TCP4ServerEndpoint, { port: 80, interface: '', backlog: null }],
    ['tcp:80:127.0.0.1:5', TCP4ServerEndpoint, { port: 80, interface: '127.0.0.1', backlog: 5 }],
    ['tcp:interface=127.0.0.1:port=80', TCP4ServerEndpoint, { port: 80, interface: '127.0.0.1', backlog: null }],
    ['TCP6:80', TCP6ServerEndpoint, { port: 80, interface: '::', backlog: null }],
    ['tcp6:80:5:\\:\\:1', TCP6ServerEndpoint, { port: 80, interface: '::1', backlog: 5 }],
  ])('serverFromString makes what "%s" says', (description, Endpoint, fields) => {
    const endpoint = serverFromString(fakeReactor(), description);
    expect(endpoint).toBeInstanceOf(Endpoint);
    expect(endpoint).toMatchObject(fields);
  });

  test.each(['\t80\n', '\x8580\xa0', '\u2002+8_0\u3000', '0080'])(
    'serverFromString reads the number %j as Python does',
    (number) => {
      expect(serverFromString(fakeReactor(), `tcp:${number}`)).toMatchObject({ port: 80 });
    },
  );

  test.each(['\ufeff80', '80\ufeff', '\x1c80', '8__0', '_80', '- 80'])(
    'serverFromString takes %j for no number, as Python does',
    (number) => {
      expect(() => serverFromString(fakeReactor(), `tcp:${number}`)).toThrow('wanted a whole number');
    },
  );

  test('serverFromString gives the endpoint the reactor', () => {
    const reactor = fakeReactor();
    void serverFromString(reactor, 'tcp:80').listen(new RecordingFactory());
    expect(reactor.listened).toHaveLength(1);
  });

  test.each([
    ['tcp:80abc', ValueError, 'port is "80abc", wanted a whole number'],
    ['tcp:80:backlog=many', ValueError, 'backlog is "many", wanted a whole number'],
    ['tcp', TypeError, 'port is missing'],
    [
      'tcp:80:interface=::1',
      TypeError,
      'interface is given twice, as "" and "" (a colon inside an argument is written "\\:")',
    ],
    ['tcp:80:a:5:6', TypeError, '"6" is an argument too many, wanted port, interface, backlog'],
    ['tcp:80:ports=81', TypeError, 'there is no argument "ports", wanted port, interface, backlog'],
    ['tcp:80:port=81', TypeError, 'port is given twice, as "80" and "81"'],
  ])('serverFromString says what is wrong with "%s", and shows what is right', (description, errorClass, problem) => {
    const make = () => serverFromString(fakeReactor(), description);
    expect(make).toThrow(errorClass);
    expect(make).toThrow(
      `cannot parse endpoint description "${description}": ${problem}, as in "tcp:8080:interface=127.0.0.1"`,
    );
  });

  test('serverFromString says so when the description ends in a backslash', () => {
    expect(() => serverFromString(fakeReactor(), 'tcp:80\\')).toThrow(
      'cannot parse endpoint description "tcp:80\\": it ends in a backslash, wanted a character after it',
    );
  });

  test.each(['', '80', 'quic:80', '__proto__:80', 'constructor'])(
    'serverFromString throws ValueError for "%s", which is of no known type',
    (description) => {
      const make = () => serverFromString(fakeReactor(), description);
      expect(make).toThrow(ValueError);
      expect(make).toThrow(/^Unknown endpoint type: '/);
    },
  );

  test.each(['tpc:80', '__proto__:80'])(
    'serverFromString hints at the types that there are for "%s"',
    (description) => {
      const unregister = registerEndpointParser({
        prefix: 'Local',
        parseStreamServer: () => new TCP4ServerEndpoint(fakeReactor(), 80),
      });
      const known = 'tcp, tcp6, unix, ssl, tls, systemd, fd, haproxy, Local';
      expect(() => serverFromString(fakeReactor(), description)).toThrow(
        expect.objectContaining({ hint: `wanted one of ${known}, as in "tcp:8080:interface=127.0.0.1"` }) as Error,
      );
      unregister();
    },
  );

  test('serverFromString hints at what is to be imported for "ws:80"', () => {
    expect(() => serverFromString(fakeReactor(), 'ws:80')).toThrow(
      expect.objectContaining({ hint: `"ws:" is there after: import '@skein/endpoints/websocket'` }) as Error,
    );
  });

  test('serverFromString says so when a description has no type', () => {
    expect(() => serverFromString(fakeReactor(), 'port=80')).toThrow(
      new ValueError('cannot parse endpoint description "port=80": its type is missing, as in "tcp:8080"'),
    );
  });

  test('serverFromString throws TypeError for what is no string', () => {
    expect(() => serverFromString(fakeReactor(), 8080 as unknown as string)).toThrow(TypeError);
  });

  test('serverFromString takes a keyword like __proto__ for an unknown one', () => {
    expect(() => serverFromString<string>(fakeReactor(), 'tcp:80:__proto__=1')).toThrow(
      'there is no argument "__proto__"',
    );
  });
});

describe('clientFromString', () => {
  test.each([
    ['tcp:example.com:80', { host: 'example.com', port: 80, timeout: 30, bindAddress: null }],
    ['TCP:host=example.com:port=80', { host: 'example.com', port: 80 }],
    ['tcp:80:host=example.com', { host: 'example.com', port: 80 }],
    ['tcp:h:80:timeout=5:bindAddress=192.0.2.1', { timeout: 5, bindAddress: ['192.0.2.1', 0] }],
  ])('clientFromString makes what "%s" says', (description, fields) => {
    const endpoint = clientFromString(fakeReactor(), description);
    expect(endpoint).toBeInstanceOf(TCP4ClientEndpoint);
    expect(endpoint).toMatchObject(fields);
  });

  test.each([
    ['tcp:example.com', 'port is missing'],
    ['tcp:example.com:http', 'port is "http", wanted a whole number'],
    ['tcp:h:80:timeout=1.5', 'timeout is "1.5", wanted a whole number'],
    ['tcp:h:80:tls=yes', 'there is no argument "tls", wanted host, port, timeout, bindAddress'],
  ])('clientFromString says what is wrong with "%s", and shows what is right', (description, problem) => {
    expect(() => clientFromString(fakeReactor(), description)).toThrow(
      `cannot parse endpoint description "${description}": ${problem}, as in "tcp:example.com:80:timeout=5"`,
    );
  });
});

describe('quoteStringArgument', () => {
  test.each(['plain', '::1', 'C:\\path', 'a\\:b', 'café', ''])(
    'quoteStringArgument makes "%s" one argument',
    (text) => {
      const endpoint = serverFromString(fakeReactor(), `tcp:80:interface=${quoteStringArgument(text)}`);
      expect(endpoint).toHaveProperty('interface', text);
    },
  );
});

describe('registerEndpointParser', () => {
  const parser = {
    prefix: 'Local',
    parseStreamServer: (reactor: IReactor, [port]: readonly string[], kwargs: Readonly<Record<string, string>>) =>
      new TCP4ServerEndpoint(reactor, Number(port), { interface: kwargs['on'] ?? '127.0.0.1' }),
  };

  test('registerEndpointParser adds a type of descriptions, in any case, until it is taken out', () => {
    const unregister = registerEndpointParser(parser);
    expect(serverFromString(fakeReactor(), 'local:8080:on=127.0.0.2')).toMatchObject({
      port: 8080,
      interface: '127.0.0.2',
    });
    unregister();
    unregister();
    expect(() => serverFromString(fakeReactor(), 'local:8080')).toThrow("Unknown endpoint type: 'local'");
  });

  test('clientFromString hints at the types that there are', () => {
    expect(() => clientFromString(fakeReactor(), 'systemd:80')).toThrow(
      expect.objectContaining({
        hint: 'wanted one of tcp, tls, ssl, unix, as in "tcp:example.com:80:timeout=5"',
      }) as Error,
    );
  });

  test('registerEndpointParser registers a parser for what it can do only', () => {
    const unregister = registerEndpointParser(parser);
    expect(() => clientFromString(fakeReactor(), 'local:8080')).toThrow("Unknown endpoint type: 'local'");
    unregister();
  });

  test('registerEndpointParser cannot replace a built-in type', () => {
    const unregister = registerEndpointParser({ ...parser, prefix: 'tcp' });
    expect(serverFromString(fakeReactor(), 'tcp:80')).toHaveProperty('interface', '');
    unregister();
  });

  test('registerEndpointParser adds client types', () => {
    const unregister = registerEndpointParser({
      prefix: 'lo',
      parseStreamClient: (reactor, [port]) => new TCP4ClientEndpoint(reactor, '127.0.0.1', Number(port)),
    });
    expect(clientFromString(fakeReactor(), 'lo:80')).toMatchObject({ host: '127.0.0.1', port: 80 });
    unregister();
  });

  test('registerEndpointParser throws TypeError for what is no parser', () => {
    expect(() => registerEndpointParser({ prefix: 'x' } as never)).toThrow(TypeError);
  });
});
