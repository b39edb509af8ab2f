import { IPv4Address } from '@skein/reactor/address';
import { Deferred, fail } from '@skein/reactor/defer';
import { CannotListenError } from '@skein/reactor/error';
import type { IAddress, IListeningPort, IReactor } from '@skein/reactor/interfaces';
import { ClientFactory, Protocol } from '@skein/protocols';
import { HAProxySendingFactory } from '@skein/protocols/haproxy';

import { proxyEndpoint, serverFromString, UNIXServerEndpoint } from '../src';
import { WrapperServerEndpoint } from '../src/wrapperEndpoints';

import { FakeReactor } from './fakeReactor';
import { outcomeOf } from './outcome';
import { portOf, running } from './running';
import { QuietFactory } from './talking';

describe('proxyEndpoint', () => {
  test('listen shows the client that the proxy speaks for', async () => {
    const outcome = await running((reactor): Deferred<IAddress> => {
      const peer = new Deferred<IAddress>();
      class Looking extends Protocol {
        override dataReceived(): void {
          peer.callback(this.transport.getPeer());
        }
      }
      class Greeting extends Protocol {
        override connectionMade(): void {
          this.transport.write('hello');
        }
      }
      return serverFromString(reactor, 'haproxy:tcp:0:interface=127.0.0.1')
        .listen(QuietFactory.forProtocol(Looking))
        .addCallback((port) => {
          const client = ClientFactory.forProtocol(Greeting);
          client.noisy = false;
          const from = new IPv4Address('TCP', '192.0.2.1', 5000);
          const to = new IPv4Address('TCP', '192.0.2.2', 80);
          reactor.connectTCP(
            '127.0.0.1',
            portOf(port),
            new HAProxySendingFactory(client, { source: from, destination: to }),
          );
          return peer;
        });
    });
    expect(outcome.result).toEqual(new IPv4Address('TCP', '192.0.2.1', 5000));
  });

  test('listen never throws: what the wrapped endpoint fails with, or the wrapping throws, is the failure', () => {
    const taken = new CannotListenError('', 80, new Error('taken'));
    const failing = { listen: (): Deferred<IListeningPort> => fail(taken) };
    expect(outcomeOf(proxyEndpoint(failing).listen(new QuietFactory())).error).toBe(taken);
    const wrapping = new WrapperServerEndpoint(failing, () => {
      throw new RangeError('wrapping');
    });
    expect(outcomeOf(wrapping.listen(new QuietFactory())).error).toEqual(new RangeError('wrapping'));
  });

  test('serverFromString hands what follows haproxy on as it was written', () => {
    const reactor = new FakeReactor() as FakeReactor & IReactor;
    const endpoint = serverFromString(reactor, 'HAProxy:unix:/a\\:b\\=c\\\\d:mode=600');
    expect(endpoint).toHaveProperty('wrapped', expect.any(UNIXServerEndpoint));
    expect(endpoint).toHaveProperty('wrapped.address', '/a:b=c\\d');
    expect(endpoint).toHaveProperty('wrapped.mode', 0o600);
  });
});
