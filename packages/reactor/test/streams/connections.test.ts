import { once } from 'node:events';
import type { Duplex } from 'node:stream';

import type { ITLSTransport } from '../../src/interfaces';
import type { Reactor } from '../../src/reactor';
import { Connections } from '../../src/streams';
import { BulkProducer } from '../live/bulkProducer';
import { until, whileRunning } from '../live/running';
import { Witness, WitnessClientFactory } from '../live/witness';

function listen(reactor: Reactor, connections: Connections): { number: number; stop(): Promise<unknown> } {
  const port = reactor.listenTCP(0, connections, { interface: '127.0.0.1' });
  const { port: number } = port.getHost() as unknown as { port: number };
  return { number, stop: async () => await port.stopListening() };
}

async function connect(reactor: Reactor, port: number): Promise<Witness> {
  const client = new Witness();
  reactor.connectTCP('127.0.0.1', port, new WitnessClientFactory(client));
  return client.made;
}

async function echo(connection: Duplex): Promise<void> {
  for await (const chunk of connection) if (!connection.write(chunk)) await once(connection, 'drain');
}

describe('Connections', () => {
  it('brings each connection of a port, and ends when the port has stopped', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      const { number, stop } = listen(reactor, connections);
      const clients = await Promise.all([1, 2, 3].map(() => connect(reactor, number)));
      clients.forEach(({ transport }, i) => transport.write(`hello ${i}`));
      const served: Promise<void>[] = [];
      for await (const connection of connections) {
        served.push(echo(connection));
        if (served.length === 3) void stop();
      }
      for (const [i, client] of clients.entries()) {
        expect(await client.received(7)).toBe(`hello ${i}`);
        client.transport.loseConnection();
      }
      await Promise.all([...clients.map(({ lost }) => lost), ...served]);
    });
  });

  it('loses no byte of a connection that waits to be taken, and reads none either', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      const { number, stop } = listen(reactor, connections);
      const client = await connect(reactor, number);
      const producer = new BulkProducer(client.transport, 64 << 20);
      producer.start();
      await expect(producer.isStuck()).resolves.toBe(true);
      const { value: connection } = (await connections.next()) as { value: Duplex };
      let received = 0;
      for await (const chunk of connection) {
        received += (chunk as Buffer).length;
        // A slow reader, at times.
        if (received % (8 << 20) < (chunk as Buffer).length) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(received).toBe(64 << 20);
      await Promise.all([client.lost, stop()]);
      expect(await connections.next()).toEqual({ done: true, value: undefined });
    });
  });

  it('drops what waits and refuses what comes when the loop is left', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      const { number, stop } = listen(reactor, connections);
      const clients = await Promise.all([connect(reactor, number), connect(reactor, number)]);
      for await (const connection of connections) {
        connection.destroy();
        break;
      }
      await Promise.all(clients.map(({ lost }) => lost));
      const late = await connect(reactor, number);
      expect((await late.lost).value.name).toBe('ConnectionDone');
      await stop();
    });
  });

  it('hands on a connection that broke while it waited, and goes on', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      const { number, stop } = listen(reactor, connections);
      const broken = await connect(reactor, number);
      const sound = await connect(reactor, number);
      const first = (await connections.next()).value as Duplex;
      const second = (await connections.next()).value as Duplex;
      broken.transport.abortConnection();
      const failed = once(first.resume(), 'error');
      await failed;
      await expect(echo(first)).rejects.toThrow();
      void echo(second);
      sound.transport.write('x');
      expect(await sound.received(1)).toBe('x');
      sound.transport.loseConnection();
      await Promise.all([sound.lost, stop()]);
    });
  });

  it('can listen again after it has ended', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      await listen(reactor, connections).stop();
      expect((await connections.next()).done).toBe(true);
      const { number, stop } = listen(reactor, connections);
      const asked = connections.next();
      const client = await connect(reactor, number);
      const { value: connection } = (await asked) as { value: Duplex };
      connection.resume();
      client.transport.loseConnection();
      await Promise.all([client.lost, once(connection, 'close')]);
      await stop();
    });
  });
});

describe('Symbol.asyncDispose', () => {
  it('of a port stops it, of a connection loses it, and both wait for that', async () => {
    await whileRunning(async (reactor) => {
      const connections = new Connections();
      const port = reactor.listenTCP(0, connections, { interface: '127.0.0.1' });
      const { port: number } = (port as unknown as { getHost(): { port: number } }).getHost();
      const client = await connect(reactor, number);
      client.transport.write('farewell');
      await (client.transport as ITLSTransport)[Symbol.asyncDispose]();
      expect(client.events).toEqual(['made', 'lost ConnectionDone']);
      await (client.transport as ITLSTransport)[Symbol.asyncDispose]();
      await port[Symbol.asyncDispose]();
      const { value: connection } = (await connections.next()) as { value: Duplex };
      const chunks: unknown[] = [];
      for await (const chunk of connection) chunks.push(String(chunk));
      expect(chunks).toEqual(['farewell']);
      expect((await connections.next()).done).toBe(true);
      await port[Symbol.asyncDispose]();
      await until(reactor, () => connection.closed);
    });
  });
});
