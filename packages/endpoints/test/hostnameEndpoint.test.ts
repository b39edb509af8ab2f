import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import {
  ConnectingCancelledError,
  ConnectionDone,
  ConnectionRefusedError,
  DNSLookupError,
  NoProtocol,
  TimeoutError,
  ValueError,
} from '@skein/reactor/error';

import { HostnameEndpoint, type HostnameEndpointOptions } from '../src';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingFactory, RecordingProtocol } from './recordingProtocol';

const address = (host: string) =>
  host.includes(':') ? new IPv6Address('TCP', host, 80) : new IPv4Address('TCP', host, 80);

const [A6, B6, C6] = ['2001:db8::a', '2001:db8::b', '2001:db8::c'];
const [A4, B4] = ['192.0.2.1', '192.0.2.2'];

function connecting(
  addresses: string[] | null,
  options: HostnameEndpointOptions = {},
  factory = new RecordingFactory(),
) {
  const reactor = new FakeReactor();
  const deferred = new HostnameEndpoint(reactor, 'host.example', 80, options).connect(factory);
  const outcome = outcomeOf(deferred);
  if (addresses !== null) reactor.lookup().complete(...addresses.map(address));
  /** The attempts so far: when, where. */
  const attempts = () => reactor.connectors.map(({ at, host }) => [Number(at.toFixed(6)), host]);
  return { reactor, factory, deferred, outcome, attempts };
}

describe('HostnameEndpoint: attempts and their times', () => {
  test('connect looks up all addresses of the name, with the port', () => {
    const { reactor } = connecting(null);
    const lookup = reactor.lookup();
    expect([lookup.name, lookup.options]).toEqual(['host.example', { portNumber: 80 }]);
    expect(reactor.connectors).toEqual([]);
  });

  test('connect begins attempts every attemptDelay, the families taking turns', () => {
    const { reactor, attempts } = connecting([A6, B6, C6, A4, B4], { attemptDelay: 0.25 });
    expect(attempts()).toEqual([[0, A6]]);
    for (let i = 0; i < 8; i++) reactor.advance(0.125);
    expect(attempts()).toEqual([
      [0, A6],
      [0.25, A4],
      [0.5, B6],
      [0.75, B4],
      [1, C6],
    ]);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('connect begins with the family that the resolver puts first', () => {
    const { reactor, attempts } = connecting([A4, B4, A6], { attemptDelay: 0.25 });
    reactor.pump([0.25, 0.25]);
    expect(attempts().map(([, host]) => host)).toEqual([A4, A6, B4]);
  });

  test('connect waits 0.3 seconds between attempts by default', () => {
    const { reactor, attempts } = connecting([A6, A4]);
    reactor.advance(0.29);
    expect(attempts()).toEqual([[0, A6]]);
    reactor.advance(0.01);
    expect(attempts()).toEqual([
      [0, A6],
      [0.3, A4],
    ]);
  });

  test('connect, dead IPv6: the first IPv4 address is reached after one delay', () => {
    const { reactor, attempts, outcome } = connecting([A6, B6, A4], { attemptDelay: 0.25 });
    reactor.advance(0.25);
    reactor.connector(1).succeed();
    expect(outcome.result).toBeInstanceOf(RecordingProtocol);
    expect(attempts()).toEqual([
      [0, A6],
      [0.25, A4],
    ]);
    expect(reactor.connector(0).calls).toEqual(['stopConnecting']);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('connect, slow IPv6: the first attempt goes on and can still win', () => {
    const { reactor, outcome } = connecting([A6, A4], { attemptDelay: 0.25 });
    reactor.advance(0.3);
    const protocol = reactor.connector(0).succeed();
    expect(protocol).not.toBeNull();
    expect(outcome.result).toHaveProperty('transport', reactor.connector(0).transport);
    expect(reactor.connector(1).calls).toEqual(['stopConnecting']);
  });

  test('connect, one slow good route: no attempt is given up before its timeout', () => {
    const { reactor, outcome } = connecting([A6], { attemptDelay: 0.25 });
    reactor.advance(29);
    expect(reactor.connector().calls).toEqual([]);
    reactor.connector().succeed();
    expect(outcome.fired).toBe(true);
  });

  test('connect begins the next attempt at once when one has failed, and counts the delay from there', () => {
    const { reactor, attempts } = connecting([A6, A4, B6], { attemptDelay: 0.25 });
    reactor.advance(0.1);
    reactor.connector(0).fail(new ConnectionRefusedError());
    expect(attempts()).toEqual([
      [0, A6],
      [0.1, A4],
    ]);
    reactor.advance(0.2);
    expect(attempts()).toHaveLength(2);
    reactor.advance(0.05);
    expect(attempts()[2]).toEqual([0.35, B6]);
  });

  test('connect, both refused: fails with the last failure as soon as it comes', () => {
    const { reactor, outcome, attempts } = connecting([A6, A4]);
    const last = new ConnectionRefusedError('ECONNREFUSED');
    reactor.connector(0).fail(new TimeoutError());
    expect(outcome.fired).toBe(false);
    reactor.connector(1).fail(last);
    expect(outcome.error).toBe(last);
    expect(attempts().map(([at]) => at)).toEqual([0, 0]);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('connect gets through any number of addresses that fail inside connectTCP', () => {
    const { reactor, outcome } = connecting(null);
    reactor.failure = new RangeError('port');
    reactor.lookup().complete(...Array.from({ length: 300 }, (_, i) => address(`192.0.2.${i % 256}`)));
    expect(outcome.error).toBe(reactor.failure);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });
});

describe('HostnameEndpoint: outcomes', () => {
  test('connect stops the losers before its Deferred fires, and tells them nothing', () => {
    const { reactor, deferred, factory } = connecting([A6, A4]);
    reactor.advance(0.3);
    let stopped: string[] | null = null;
    deferred.addCallback(() => {
      stopped = [...reactor.connector(0).calls];
    });
    reactor.connector(1).succeed();
    expect(stopped).toEqual(['stopConnecting']);
    reactor.connector(1).lose(new ConnectionDone());
    expect(factory.log).toEqual([
      'startFactory',
      'buildProtocol',
      'connectionMade',
      'connectionLost ConnectionDone',
      'stopFactory',
    ]);
    expect(factory.numPorts).toBe(0);
  });

  test('connect goes on to the next address when the factory builds nothing', () => {
    const { reactor, outcome } = connecting([A6, A4], {}, new RecordingFactory(() => null));
    reactor.connector(0).succeed();
    expect(reactor.connectors).toHaveLength(2);
    reactor.connector(1).succeed();
    expect(outcome.error).toBeInstanceOf(NoProtocol);
  });

  test('connect fails with DNSLookupError for a name without addresses', () => {
    expect(connecting([]).outcome.error).toEqual(new DNSLookupError('no results for hostname lookup: host.example'));
  });

  test('connect fails with DNSLookupError when the resolver throws', () => {
    const reactor = new FakeReactor();
    reactor.nameResolver.resolveHostName = () => {
      throw new Error('broken');
    };
    const outcome = outcomeOf(new HostnameEndpoint(reactor, 'h', 80).connect(new RecordingFactory()));
    expect(outcome.error).toEqual(new DNSLookupError("Couldn't find the hostname 'h'"));
  });

  test.each([
    ['ex ample', 'ex ample'],
    ['', ''],
    ['☃☃ x', '\\u2603\\u2603 x'],
    ['é 💥', '\\xe9 \\U0001f4a5'],
  ])('connect fails with ValueError for "%s", which is no host name', (host, shown) => {
    const reactor = new FakeReactor();
    const outcome = outcomeOf(new HostnameEndpoint(reactor, host, 80).connect(new RecordingFactory()));
    expect(outcome.error).toEqual(new ValueError(`invalid hostname: ${shown}`));
    expect(reactor.lookups).toEqual([]);
  });

  test('connect takes names with underscores, as container networks have them', () => {
    const reactor = new FakeReactor();
    void new HostnameEndpoint(reactor, 'my_service', 80).connect(new RecordingFactory());
    expect(reactor.lookup().name).toBe('my_service');
  });

  test('cancelling connect during the lookup ends it, and fails with DNSLookupError, as in Twisted', () => {
    const { reactor, deferred, outcome } = connecting(null);
    deferred.cancel();
    expect(reactor.lookup().cancelled).toBe(true);
    expect(outcome.error).toBeInstanceOf(DNSLookupError);
    reactor.lookup().complete(address(A4));
    expect(reactor.connectors).toEqual([]);
  });

  test('cancelling connect in the middle stops every attempt and starts no other', () => {
    const { reactor, deferred, outcome } = connecting([A6, A4, B6]);
    reactor.advance(0.3);
    deferred.cancel();
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
    expect(outcome.error.message).toBe("HostnameAddress(hostname=b'host.example', port=80)");
    expect(reactor.connectors.map(({ calls }) => calls)).toEqual([['stopConnecting'], ['stopConnecting']]);
    reactor.advance(10);
    expect(reactor.connectors).toHaveLength(2);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('connect passes timeout and bindAddress to every attempt', () => {
    const { reactor } = connecting([A6, A4], { timeout: 5, bindAddress: '192.0.2.9' });
    reactor.advance(0.3);
    for (const { options } of reactor.connectors)
      expect(options).toEqual({ timeout: 5, bindAddress: ['192.0.2.9', 0] });
  });

  test('connect makes a lookup and a race for each call', () => {
    const reactor = new FakeReactor();
    const endpoint = new HostnameEndpoint(reactor, 'h', 80);
    void endpoint.connect(new RecordingFactory());
    void endpoint.connect(new RecordingFactory());
    expect(reactor.lookups).toHaveLength(2);
  });

  test('HostnameEndpoint prints its host in ASCII and its port', () => {
    const print = (host: string) => String(new HostnameEndpoint(new FakeReactor(), host, 80));
    expect(print('bücher.example')).toBe('<HostnameEndpoint xn--bcher-kva.example:80>');
    expect(print('::1')).toBe('<HostnameEndpoint [::1]:80>');
    expect(print('ex ample')).toBe('<HostnameEndpoint ex ample:80>');
  });
});
