/** `ClientService` over real sockets, against a server that comes and goes. */
import { Deferred, inlineCallbacks } from '@skein/reactor/defer';
import type { IListeningPort } from '@skein/reactor/interfaces';
import { leaveNothingBehind } from '@skein/reactor/testing/jest';
import { Protocol } from '@skein/protocols';

import { TCP4ClientEndpoint } from '../../src';
import { ClientService } from '../../src/application/internet';
import * as strports from '../../src/application/strports';
import { portOf, running } from '../running';
import { QuietFactory } from '../talking';

const ROUNDS = 50;

class Serving extends Protocol {
  override connectionMade(): void {
    (this.factory as ServingFactory).connections.add(this);
  }

  override connectionLost(): void {
    (this.factory as ServingFactory).connections.delete(this);
  }
}

/** A server that can be killed: no port any more, and no connections. */
class ServingFactory extends QuietFactory {
  override protocol = Serving;
  readonly connections = new Set<Serving>();

  kill(port: IListeningPort): Deferred<null> {
    for (const { transport } of this.connections) transport.abortConnection();
    return port.stopListening() ?? new Deferred<null>();
  }
}

leaveNothingBehind();

describe('ClientService over real sockets', () => {
  test('ClientService finds a server again that is killed and restarted, every time', async () => {
    const outcome = await running((reactor) =>
      inlineCallbacks(function* (): Generator<Deferred, number, never> {
        const factory = new ServingFactory();
        let port = strports.listen('tcp:0:interface=127.0.0.1', factory, reactor);
        const number = portOf(port);
        const service = new ClientService(
          new TCP4ClientEndpoint(reactor, '127.0.0.1', number),
          QuietFactory.forProtocol(Protocol),
          { clock: reactor, retryPolicy: () => 0.001 },
        );
        service.startService();
        const seen = new Set<unknown>();
        for (let round = 0; round < ROUNDS; round++) {
          const protocol: Protocol = yield service.whenConnected();
          expect(protocol.transport.connected).toBe(true);
          seen.add(protocol);
          const lost = new Deferred<null>();
          // (The service hears of it when the protocol has.)
          protocol.connectionLost = () => reactor.callLater(0, () => lost.callback(null));
          // Where the server's side is not accepted yet, stopping the port resets it.
          yield factory.kill(port);
          yield lost;
          port = strports.listen(`tcp:${number}:interface=127.0.0.1`, factory, reactor);
        }
        yield service.whenConnected();
        yield service.stopService();
        yield factory.kill(port);
        expect(reactor.getDelayedCalls()).toEqual([]);
        return seen.size;
      })(),
    );
    expect(outcome.result).toBe(ROUNDS);
  });
});
