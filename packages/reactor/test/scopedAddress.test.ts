/**
 * Link-local IPv6 addresses, which mean something only together with an interface: `fe80::1%eth0`.
 *
 * A machine without one (many containers) passes over this, visibly.
 */
import { networkInterfaces } from 'node:os';

import { IPv6Address } from '../src/address';

import { whileRunning } from './live/running';
import { Witness, WitnessClientFactory, WitnessFactory } from './live/witness';

const [local] = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
  addresses.filter(({ address }) => address.startsWith('fe80:')).map(({ address }) => `${address}%${name}`),
);
if (local === undefined) console.warn('passed over, for want of a link-local IPv6 address');
const describeWithScope = local === undefined ? describe.skip : describe;

describeWithScope('Reactor, with an IPv6 address that has a scope', () => {
  it('listens on it, connects to it, and names it with its scope', async () => {
    await whileRunning(async (reactor) => {
      const [server, client] = [new Witness(), new Witness()];
      const port = reactor.listenTCP(0, new WitnessFactory(server), { interface: local! });
      const host = port.getHost() as IPv6Address;
      expect(host.host).toBe(local);
      reactor.connectTCP(local!, host.port, new WitnessClientFactory(client));
      const { transport } = await client.made;
      expect(transport.getPeer()).toEqual(new IPv6Address('TCP', local!, host.port));
      transport.write('over the link');
      transport.loseConnection();
      await server.lost;
      expect(server.text).toBe('over the link');
      await port.stopListening();
    });
  });
});
