import { createNodeReactor } from '@skein/reactor';
import type { IAddress, IListeningPort } from '@skein/reactor/interfaces';

import { ClientFactory, Factory } from '../src';
import { ProxyFactory } from '../src/portforward';
import { AccumulatingProtocol } from '../src/testing';
import { Echo } from '../src/wire';

const portOf = (port: IListeningPort) => (port.getHost() as IAddress & { port: number }).port;
function quiet<F extends Factory>(factory: F): F {
  factory.noisy = false;
  return factory;
}

describe('ProxyFactory', () => {
  /** Connects through a forwarder to `port`, sends `bytes`, and returns what came back. */
  async function throughProxy(listen: boolean, bytes: Buffer): Promise<Buffer> {
    const reactor = createNodeReactor();
    const client = new AccumulatingProtocol();
    const open = new Set<{ loseConnection(): void }>();
    class Talking extends AccumulatingProtocol {
      override connectionMade(): void {
        open.add(this.transport);
        this.transport.write(bytes);
      }
      override dataReceived(data: Buffer): void {
        client.dataReceived(data);
        if (client.data.length === bytes.length) this.transport.loseConnection();
      }
      override connectionLost(): void {
        void Promise.resolve(server.stopListening()).then(() => reactor.stop());
      }
    }
    const server = reactor.listenTCP(0, quiet(Factory.forProtocol(Echo)), { interface: '127.0.0.1' });
    const forwarder = quiet(new ProxyFactory('127.0.0.1', portOf(server), { reactor }));
    const proxy = reactor.listenTCP(0, forwarder, { interface: '127.0.0.1' });
    if (!listen) void server.stopListening();
    reactor.connectTCP('127.0.0.1', portOf(proxy), quiet(ClientFactory.forProtocol(Talking)));
    await reactor.run({ installSignalHandlers: false });
    return client.data;
  }

  it('ProxyFactory forwards both ways, also more than fits into buffers', async () => {
    const bytes = Buffer.alloc(1_000_000, 'forwarded ');
    expect((await throughProxy(true, bytes)).equals(bytes)).toBe(true);
  });

  it('ProxyFactory loses the connection when there is nobody to forward to', async () => {
    expect(await throughProxy(false, Buffer.from('anyone?'))).toHaveLength(0);
  });
});
