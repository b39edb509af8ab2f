import { CancelledError } from '../../src/defer';
import { DriverError } from '../../src/driver';
import { DNSLookupError } from '../../src/error';
import type { Failure } from '../../src/failure';
import type { Deferred } from '../../src/defer';

import { expectNoLoggedErrors, runReactor } from './recording';

expectNoLoggedErrors();

/** What a Deferred fired with: a value, or the error it failed with. */
function outcomes(d: Deferred<string>): unknown[] {
  const seen: unknown[] = [];
  d.addCallbacks(
    (value) => seen.push(value),
    (failure: Failure) => seen.push(failure.value),
  );
  return seen;
}

describe('Reactor.resolve', () => {
  it('answers an IPv4 address with itself, and an empty name with the address of nowhere in particular, at once', () => {
    const { driver, reactor } = runReactor();
    expect(outcomes(reactor.resolve('192.0.2.1'))).toEqual(['192.0.2.1']);
    expect(outcomes(reactor.resolve(''))).toEqual(['0.0.0.0']);
    expect([driver.lookups, reactor.getDelayedCalls()]).toEqual([[], []]);
  });

  it('answers with the first IPv4 address of a name', () => {
    const { driver, reactor } = runReactor();
    const seen = outcomes(reactor.resolve('name.test'));
    expect(seen).toEqual([]);
    driver.lookups[0]?.done(null, [
      { family: 'IPv6', host: '::1' },
      { family: 'IPv4', host: '192.0.2.7' },
      { family: 'IPv4', host: '192.0.2.8' },
    ]);
    expect([seen, reactor.getDelayedCalls()]).toEqual([['192.0.2.7'], []]);
  });

  it('fails with DNSLookupError when the name is not found, or has no IPv4 address', () => {
    const { driver, reactor } = runReactor();
    const notFound = outcomes(reactor.resolve('name.test'));
    const cause = new DriverError('ENOTFOUND', 'getaddrinfo');
    driver.lookups[0]?.done(cause, []);
    expect(notFound[0]).toBeInstanceOf(DNSLookupError);
    expect(notFound[0]).toMatchObject({
      cause,
      message: expect.stringContaining('no results for hostname lookup: name.test') as unknown,
    });
    const onlyIPv6 = outcomes(reactor.resolve('six.test'));
    driver.lookups[1]?.done(null, [{ family: 'IPv6', host: '::1' }]);
    expect(onlyIPv6[0]).toBeInstanceOf(DNSLookupError);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  it('fails with DNSLookupError after the sum of the timeouts, and takes the lookup back', () => {
    const { driver, reactor } = runReactor();
    const seen = outcomes(reactor.resolve('name.test', [1, 2]));
    driver.advance(2.9);
    expect(seen).toEqual([]);
    driver.advance(0.1);
    expect(seen[0]).toBeInstanceOf(DNSLookupError);
    expect(seen[0]).toMatchObject({
      message: expect.stringContaining("address 'name.test' not found: timeout error") as unknown,
    });
    expect(driver.lookups[0]?.cancelled).toBe(true);
  });

  it('waits for sixty seconds by default', () => {
    const { driver, reactor } = runReactor();
    const seen = outcomes(reactor.resolve('name.test'));
    driver.advance(59.9);
    expect(seen).toEqual([]);
    driver.advance(0.1);
    expect(seen).toHaveLength(1);
  });

  it('can be cancelled, which takes the lookup back', () => {
    const { driver, reactor } = runReactor();
    const d = reactor.resolve('name.test');
    const seen = outcomes(d);
    d.cancel();
    expect(seen[0]).toBeInstanceOf(CancelledError);
    expect([driver.lookups[0]?.cancelled, reactor.getDelayedCalls()]).toEqual([true, []]);
  });
});
