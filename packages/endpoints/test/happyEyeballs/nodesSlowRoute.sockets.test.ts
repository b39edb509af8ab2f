/** The one situation of them all for which `HostnameEndpoint` is there: a route that is good, and slow (nodejs/node#54359). */
import { createNodeReactor } from '@skein/reactor';
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import type { IHostnameResolver } from '@skein/reactor/interfaces';

import { HostnameEndpoint } from '../../src';
import { RecordingFactory, type RecordingProtocol } from '../recordingProtocol';

import { race } from './nodesRace';
import { RealRoutes } from './realRoutes';

let routes: RealRoutes;
beforeEach(async () => {
  routes = await RealRoutes.to({ 'IPv6 A': 4, 'IPv4 A': 'refused' });
});
afterEach(() => routes.close());

const told: IHostnameResolver = {
  resolveHostName(receiver, name, { portNumber = 0 } = {}) {
    const resolution = { name, cancel: () => {} };
    receiver.resolutionBegan(resolution);
    receiver.addressResolved(new IPv6Address('TCP', routes.address('IPv6 A').address, portNumber));
    receiver.addressResolved(new IPv4Address('TCP', routes.address('IPv4 A').address, portNumber));
    receiver.resolutionComplete();
    return resolution;
  },
};

test('HostnameEndpoint connects by a slow but good route, which Node gives up after 250 ms', async () => {
  const reactor = createNodeReactor();
  const stopped = reactor.run({ installSignalHandlers: false });
  reactor.installNameResolver(told);
  const endpoint = new HostnameEndpoint(reactor, 'www.example', routes.port, { attemptDelay: 0.25 });
  const ours = endpoint.connect(new RecordingFactory());
  const theirs = await race(routes, { answers: [[0, 'IPv6 A', 'IPv4 A']] }, 8).ended;
  routes.letThrough('IPv6 A');

  expect(theirs.attempts.map(([, route]) => route)).toEqual(['IPv6 A', 'IPv4 A']);
  expect(theirs.aborted.map(([, route]) => route)).toEqual(['IPv6 A']);
  expect(theirs.outcome?.[1]).toBe('AggregateError: ETIMEDOUT, ECONNREFUSED');
  const { transport } = (await ours) as RecordingProtocol;
  expect(transport.getPeer()).toEqual(new IPv6Address('TCP', '::1', routes.port));
  transport.abortConnection();
  reactor.stop();
  await stopped;
});
