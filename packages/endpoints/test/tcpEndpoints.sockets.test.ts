/** The TCP endpoints over real sockets. */
import { createNodeReactor } from '@skein/reactor';
import { IPv4Address, IPv6Address } from '@skein/reactor/address';
import { Deferred } from '@skein/reactor/defer';
import { CannotListenError, ConnectingCancelledError, ConnectionRefusedError } from '@skein/reactor/error';

import {
  connectProtocol,
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ClientEndpoint,
  TCP6ServerEndpoint,
} from '../src';

import { outcomeOf } from './outcome';
import { portOf, running } from './running';
import { Asking, Echo, QuietFactory } from './talking';

describe('TCP endpoints over real sockets', () => {
  test.each([
    { Server: TCP4ServerEndpoint, Client: TCP4ClientEndpoint, host: '127.0.0.1', Address: IPv4Address },
    { Server: TCP6ServerEndpoint, Client: TCP6ClientEndpoint, host: '::1', Address: IPv6Address },
  ])('$Server.name and $Client.name talk to each other', async ({ Server, Client, host, Address }) => {
    const outcome = await running((reactor) =>
      new Server(reactor, 0, { interface: host }).listen(QuietFactory.forProtocol(Echo)).addCallback((port) => {
        expect(port.getHost()).toBeInstanceOf(Address);
        return connectProtocol(new Client(reactor, host, portOf(port)), new Asking())
          .addCallback((asking) => {
            expect(asking.transport.getPeer()).toEqual(port.getHost());
            return asking.done;
          })
          .addCallback((said) => port.stopListening()?.addCallback(() => said));
      }),
    );
    expect(outcome.result).toBe('hello ConnectionDone');
  });

  test('TCP4ServerEndpoint.listen has bound before the reactor runs', async () => {
    const reactor = createNodeReactor();
    const endpoint = new TCP4ServerEndpoint(reactor, 0, { interface: '127.0.0.1' });
    const port = outcomeOf(endpoint.listen(QuietFactory.forProtocol(Echo))).result;
    expect(portOf(port)).toBeGreaterThan(0);
    const again = new TCP4ServerEndpoint(reactor, portOf(port), { interface: '127.0.0.1' });
    expect(outcomeOf(again.listen(QuietFactory.forProtocol(Echo))).error).toBeInstanceOf(CannotListenError);
    void port.stopListening();
    reactor.callWhenRunning(() => reactor.stop());
    await reactor.run({ installSignalHandlers: false });
  });

  test('TCP4ClientEndpoint.connect fails with ConnectionRefusedError where nobody listens', async () => {
    const outcome = await running((reactor) => {
      const port = reactor.listenTCP(0, QuietFactory.forProtocol(Echo), { interface: '127.0.0.1' });
      const stopped = port.stopListening() ?? new Deferred<null>();
      return stopped.addCallback(() =>
        connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', portOf(port)), new Asking()),
      );
    });
    expect(outcome.error).toBeInstanceOf(ConnectionRefusedError);
  });

  test('TCP4ClientEndpoint.connect fails when it is given no port', async () => {
    const outcome = await running((reactor) =>
      connectProtocol(new TCP4ClientEndpoint(reactor, '127.0.0.1', 65536), new Asking()),
    );
    expect(outcome.error).toBeInstanceOf(RangeError);
  });

  test('TCP4ClientEndpoint.connect can be cancelled, and the server sees no protocol of it', async () => {
    const outcome = await running((reactor) => {
      const deferred = connectProtocol(new TCP4ClientEndpoint(reactor, '192.0.2.1', 9), new Asking());
      reactor.callLater(0, () => deferred.cancel());
      return deferred;
    });
    expect(outcome.error).toBeInstanceOf(ConnectingCancelledError);
  });
});
