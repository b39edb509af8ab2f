/** `HostnameEndpoint` under any order of events: what must hold whatever happens. */
import fc from 'fast-check';

import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { ConnectionDone, ConnectionRefusedError } from '@skein/reactor/error';

import { HostnameEndpoint } from '../src';

import { type FakeConnector, FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { RecordingFactory } from './recordingProtocol';

const DELAY = 0.25;

const anyAddresses = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
/** What the world does next; numbers choose among the attempts that are under way. */
const anyEvents = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('wait' as const), ticks: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('refuse' as const), which: fc.nat(6) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('accept' as const), which: fc.nat(6) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const) }) },
  ),
  { maxLength: 25 },
);

test('HostnameEndpoint.connect leaves nothing behind, and is never late or early, whatever happens', () => {
  fc.assert(
    fc.property(anyAddresses, anyEvents, (families, events) => {
      const reactor = new FakeReactor();
      const factory = new RecordingFactory();
      const deferred = new HostnameEndpoint(reactor, 'host.example', 80, { attemptDelay: DELAY }).connect(factory);
      const outcome = outcomeOf(deferred);
      const refusedAt = new Set<number>();
      const addresses = families.map((isIPv6, i) =>
        isIPv6 ? new IPv6Address('TCP', `2001:db8::${i + 1}`, 80) : new IPv4Address('TCP', `192.0.2.${i}`, 80),
      );
      reactor.lookup().complete(...addresses);

      const underWay = () => reactor.connectors.filter(({ state }) => state === 'connecting');
      const pick = (which: number): FakeConnector | undefined => underWay()[which % Math.max(1, underWay().length)];
      for (const event of events) {
        if (event.type === 'wait') {
          for (let i = 0; i < event.ticks; i++) reactor.advance(DELAY / 4);
        } else if (event.type === 'cancel') {
          deferred.cancel();
        } else if (event.type === 'accept') {
          pick(event.which)?.succeed();
        } else {
          refusedAt.add(reactor.seconds());
          pick(event.which)?.fail(new ConnectionRefusedError());
        }
        // Decided, or something is under way: never stuck.
        expect(outcome.fired).toBe(underWay().length === 0);
        expect(outcome.fired && reactor.getDelayedCalls().length > 0).toBe(false);
      }

      // Nobody is left waiting when the rest refuses, and the factory is in use exactly while it is connected.
      while (underWay().length > 0) pick(0)?.fail(new ConnectionRefusedError());
      expect(outcome.fired).toBe(true);
      const connected = reactor.connectors.filter(({ state }) => state === 'connected');
      expect(connected.length).toBeLessThanOrEqual(1);
      expect(factory.numPorts).toBe(connected.length);
      for (const connector of connected) connector.lose(new ConnectionDone());
      expect(factory.numPorts).toBe(0);
      expect(factory.log.filter((entry) => entry === 'connectionMade')).toHaveLength(connected.length);

      // Each address once, the families in turn while both last.
      const hosts = reactor.connectors.map(({ host }) => host);
      expect(new Set(hosts).size).toBe(hosts.length);
      const count = (isIPv6: boolean) => families.filter((each) => each === isIPv6).length;
      const turns = hosts.slice(0, 2 * Math.min(count(true), count(false))).map((host) => host.includes(':'));
      expect(turns).toEqual(turns.map((_, i) => (i % 2 === 0 ? families[0] : !families[0])));
    }),
    { numRuns: 500, seed: 8305 },
  );
});

test('HostnameEndpoint.connect begins an attempt when the last is attemptDelay old or one has failed, and at no other time', () => {
  fc.assert(
    fc.property(anyAddresses, anyEvents, (families, events) => {
      const reactor = new FakeReactor();
      const failures: number[] = [];
      /** For each failure, attempts begun more or less than the one that ought to be. */
      const begun: number[] = [];
      void new HostnameEndpoint(reactor, 'host.example', 80, { attemptDelay: DELAY })
        .connect(new RecordingFactory())
        .addErrback(() => null);
      const addresses = families.map((_, i) => new IPv4Address('TCP', `192.0.2.${i}`, 80));
      reactor.lookup().complete(...addresses);
      for (const event of events) {
        if (event.type === 'wait') {
          for (let i = 0; i < event.ticks; i++) reactor.advance(DELAY / 4);
        } else if (event.type === 'refuse') {
          const underWay = reactor.connectors.filter(({ state }) => state === 'connecting');
          const before = reactor.connectors.length;
          if (underWay.length > 0) failures.push(reactor.seconds());
          underWay[event.which % Math.max(1, underWay.length)]?.fail(new ConnectionRefusedError());
          const next = underWay.length > 0 && before < families.length ? 1 : 0;
          begun.push(reactor.connectors.length - before - next);
        }
      }
      expect(begun.filter((deviation) => deviation !== 0)).toEqual([]);
      const times = reactor.connectors.map(({ at }) => at);
      for (const [i, at] of times.slice(1).entries()) {
        const age = at - (times[i] as number);
        expect(age === DELAY || (age < DELAY && failures.includes(at))).toBe(true);
      }
      // None is overdue.
      const last = times.at(-1) as number;
      expect(times.length === families.length || reactor.seconds() - last < DELAY).toBe(true);
    }),
    { numRuns: 500, seed: 6555 },
  );
});
