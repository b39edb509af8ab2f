import type { Reactor } from '../../src/reactor';
import { whileRunning } from '../live/running';
import { HalfCloseableWitness, Witness, WitnessClientFactory, WitnessFactory } from '../live/witness';

import { inDirectory } from './directory';

const at = inDirectory();
let count = 0;

/** Connects two protocols over a UNIX socket while `test` runs. */
async function connected<P extends Witness>(
  [server, client]: readonly [server: P, client: P],
  test: (reactor: Reactor) => Promise<void>,
): Promise<void> {
  await whileRunning(async (reactor) => {
    const path = at(`socket${String((count += 1))}`);
    const port = reactor.listenUNIX(path, new WitnessFactory(server));
    reactor.connectUNIX(path, new WitnessClientFactory(client));
    await Promise.all([server.made, client.made]);
    await test(reactor);
    await port.stopListening();
  });
}

describe('StreamTransport over a UNIX socket', () => {
  it('loseWriteConnection ends one direction, and the other goes on', async () => {
    const [server, client] = [new HalfCloseableWitness(), new HalfCloseableWitness()];
    await connected([server, client], async () => {
      client.transport.write('question');
      client.transport.loseWriteConnection();
      await Promise.all([server.readLost, client.writeLost]);
      expect(server.text).toBe('question');
      server.transport.write('answer');
      expect(await client.received(6)).toBe('answer');
      server.transport.loseConnection();
      await client.readLost;
      client.transport.loseConnection();
      await client.lost;
      expect(server.events).toEqual(['made', 'readLost', 'lost ConnectionDone']);
      expect(client.events).toEqual(['made', 'writeLost', 'readLost', 'lost ConnectionDone']);
    });
  });

  it('loseWriteConnection ends the whole of a connection whose peer is not half-closeable', async () => {
    const [server, client] = [new Witness(), new Witness()];
    await connected([server, client], async () => {
      client.transport.loseWriteConnection();
      await Promise.all([server.lost, client.lost]);
      expect([server.events, client.events]).toEqual(Array(2).fill(['made', 'lost ConnectionDone']));
    });
  });

  it('abortConnection is a clean end to the peer: UNIX sockets have no reset', async () => {
    const [server, client] = [new Witness(), new Witness()];
    await connected([server, client], async () => {
      server.transport.abortConnection();
      await Promise.all([server.lost, client.lost]);
      expect(server.events).toEqual(['made', 'lost ConnectionAborted']);
      expect(client.events).toEqual(['made', 'lost ConnectionDone']);
    });
  });

  it('abortConnection drops what was not sent yet', async () => {
    const [server, client] = [new Witness(), new Witness()];
    await connected([server, client], async () => {
      client.transport.pauseProducing();
      server.transport.write(Buffer.alloc(8 << 20, 'x'));
      server.transport.abortConnection();
      await server.lost;
      client.transport.resumeProducing();
      await client.lost;
      expect(client.text.length).toBeLessThan(8 << 20);
    });
  });

  it('loseConnection sends everything first, much as it may be', async () => {
    const [server, client] = [new Witness(), new Witness()];
    await connected([server, client], async () => {
      server.transport.write(Buffer.alloc(8 << 20, 'x'));
      server.transport.loseConnection();
      expect((await client.received(8 << 20)).length).toBe(8 << 20);
      await Promise.all([server.lost, client.lost]);
    });
  });

  it('setTcpNoDelay and setTcpKeepAlive do nothing, harmlessly', async () => {
    const [server, client] = [new Witness(), new Witness()];
    await connected([server, client], async () => {
      for (const { transport } of [server, client]) {
        transport.setTcpNoDelay(false);
        transport.setTcpKeepAlive(true);
      }
      client.transport.write('x');
      expect(await server.received(1)).toBe('x');
      client.transport.loseConnection();
      await Promise.all([server.lost, client.lost]);
    });
  });
});
