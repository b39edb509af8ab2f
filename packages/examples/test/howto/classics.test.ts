import { createNodeReactor } from '@skein/reactor';
import { IPv4Address } from '@skein/reactor/address';
import type { IProtocol, IReactorTCP } from '@skein/reactor/interfaces';
import { Clock } from '@skein/reactor/task';
import { StringTransport } from '@skein/reactor/testing';
import { Factory, LineReceiver } from '@skein/protocols';
import { IdentClient } from '@skein/protocols/ident';

import * as howto from '../../src/howto/classics';

const PEER = new IPv4Address('TCP', '192.0.2.1', 80);

function connected(protocol: IProtocol): StringTransport {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return transport;
}

describe('docs/howto/classics.md', () => {
  it('socks: other hosts, and being connected to, are refused', () => {
    const refusal = Buffer.from([0, 91, 0, 0, 0, 0, 0, 0]);
    const attempts: unknown[] = [];
    const reactor = {
      connectTCP: (...args: unknown[]) => void attempts.push(args.slice(0, 2)),
    } as unknown as Parameters<typeof howto.proxy>[0];
    for (const request of [
      [4, 1, 0, 80, 192, 0, 2, 1, 0],
      [4, 2, 0, 80, 127, 0, 0, 1, 0],
    ]) {
      const p = howto.proxy(reactor).buildProtocol(PEER);
      const transport = connected(p);
      p.dataReceived(Buffer.from(request));
      expect(transport.value()).toEqual(refusal);
    }
    const p = howto.proxy(reactor).buildProtocol(PEER);
    const transport = connected(p);
    p.dataReceived(Buffer.from([4, 1, 0, 80, 127, 0, 0, 1, 0]));
    expect(transport.value()).toHaveLength(0);
    expect(attempts).toEqual([['127.0.0.1', 80]]);
  });

  it('finger: one user is known', () => {
    const answers = ['ada', 'eve'].map((user) => {
      const p = new howto.Users();
      const transport = connected(p);
      p.dataReceived(Buffer.from(`${user}\r\n`));
      return transport.value().toString();
    });
    expect(answers).toEqual(['Ada Lovelace\r\n', 'Login: eve\nNo such user\n']);
  });

  it('ident: an answer, none, and an error', async () => {
    const client = new IdentClient();
    connected(client);
    const asked = [howto.owner(client, 1, 2), howto.owner(client, 3, 4), howto.owner(client, 5, 6)];
    const answers = '1,2:USERID:UNIX : ada\r\n3,4:ERROR:NO-USER\r\n5,6:ERROR:HIDDEN-USER\r\n';
    client.dataReceived(Buffer.from(answers));
    expect(await Promise.allSettled(asked)).toMatchObject([
      { value: 'UNIX : ada' },
      { value: null },
      { reason: { name: 'HiddenUser' } },
    ]);
    expect([...new howto.Identd().entries()].length).toBeGreaterThanOrEqual(0);
  });

  it('memcache: a count goes up', async () => {
    // As much of a server as the listing needs.
    class Memcached extends LineReceiver {
      override lineReceived(line: string): void {
        if (line.startsWith('add ')) this.sendLine('NOT_STORED');
        if (line.startsWith('incr ')) this.sendLine('42');
      }
    }
    const reactor = createNodeReactor();
    const done = reactor.run({ installSignalHandlers: false });
    const factory = Factory.forProtocol(Memcached);
    factory.noisy = false;
    const port = (reactor as IReactorTCP).listenTCP(0, factory, { interface: '127.0.0.1' });
    expect(await howto.visits(reactor, (port.getHost() as IPv4Address).port)).toBe(42);
    await port.stopListening();
    reactor.stop();
    await done;
  });

  it('postfix: an alias is found', () => {
    const p = howto.aliases.buildProtocol(PEER)! as InstanceType<typeof howto.aliases.protocol>;
    p.clock = new Clock();
    const transport = connected(p);
    p.dataReceived(Buffer.from('get root@example.org\nget eve@example.org\n'));
    expect(transport.value().toString()).toBe('200 ada%2C%20bob\n500 \n');
  });

  it('htb: a host gets what its bucket has room for', () => {
    const clock = new Clock();
    const factory = new Factory();
    howto.shape(factory, clock);
    const transport = connected(factory.buildProtocol(PEER)!);
    for (let i = 0; i < 1000; i += 1) (transport.producer as { resumeProducing(): void }).resumeProducing();
    // Whole pieces: the next one has to wait.
    expect(transport.value()).toHaveLength(140 * 71);
    clock.advance(0.05);
    expect(transport.value().length).toBeGreaterThan(10_000);
    (transport.producer as { stopProducing(): void }).stopProducing();
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});
