/** `HostnameEndpoint` over real sockets. The addresses are the test's; connecting to them is the reactor's. */
import type { Reactor } from '@skein/reactor';
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { ConnectionRefusedError, TimeoutError } from '@skein/reactor/error';
import type { IHostnameResolver } from '@skein/reactor/interfaces';

import { connectProtocol, HostnameEndpoint } from '../src';

import { portOf, running } from './running';
import { Asking, Echo, QuietFactory } from './talking';

/** The reactor with a resolver for which every name has these addresses. */
function resolving(reactor: Reactor, ...hosts: string[]): Reactor {
  const nameResolver: IHostnameResolver = {
    resolveHostName(receiver, name, { portNumber = 0 } = {}) {
      const resolution = { name, cancel() {} };
      receiver.resolutionBegan(resolution);
      reactor.callLater(0, () => {
        for (const host of hosts) {
          const Address = host.includes(':') ? IPv6Address : IPv4Address;
          receiver.addressResolved(new Address('TCP', host, portNumber));
        }
        receiver.resolutionComplete();
      });
      return resolution;
    },
  };
  reactor.installNameResolver(nameResolver);
  return reactor;
}

describe('HostnameEndpoint over real sockets', () => {
  test('connect reaches IPv4 at once when IPv6 refuses', async () => {
    const outcome = await running((reactor) => {
      const port = reactor.listenTCP(0, QuietFactory.forProtocol(Echo), { interface: '127.0.0.1' });
      const began = reactor.seconds();
      const endpoint = new HostnameEndpoint(resolving(reactor, '::1', '127.0.0.1'), 'localhost', portOf(port), {
        attemptDelay: 5,
      });
      return connectProtocol(endpoint, new Asking()).addCallback((asking) => {
        expect(asking.transport.getPeer()).toEqual(port.getHost());
        expect(reactor.seconds() - began).toBeLessThan(4);
        return asking.done;
      });
    });
    expect(outcome.result).toBe('hello ConnectionDone');
  });

  test('connect reaches the second address after the delay when the first is dead', async () => {
    const outcome = await running((reactor) => {
      const port = reactor.listenTCP(0, QuietFactory.forProtocol(Echo), { interface: '127.0.0.1' });
      const began = reactor.seconds();
      // 192.0.2.0/24 is for documentation: nobody answers, or the network refuses at once.
      const endpoint = new HostnameEndpoint(
        resolving(reactor, '192.0.2.1', '127.0.0.1'),
        'host.example',
        portOf(port),
        {
          attemptDelay: 0.05,
          timeout: 5,
        },
      );
      return connectProtocol(endpoint, new Asking()).addCallback((asking) => {
        expect(reactor.seconds() - began).toBeLessThan(4);
        return asking.done;
      });
    });
    expect(outcome.result).toBe('hello ConnectionDone');
  });

  test('connect fails when every address does', async () => {
    const outcome = await running((reactor) => {
      const port = reactor.listenTCP(0, QuietFactory.forProtocol(Echo), { interface: '127.0.0.1' });
      const number = portOf(port);
      return port.stopListening()!.addCallback(() => {
        const hosts = resolving(reactor, '::1', '127.0.0.1');
        return connectProtocol(new HostnameEndpoint(hosts, 'localhost', number), new Asking());
      });
    });
    expect(outcome.error).toBeInstanceOf(ConnectionRefusedError);
    expect(outcome.error).not.toBeInstanceOf(TimeoutError);
  });
});
