import { BulkProducer } from '../live/bulkProducer';
import { until, whileRunning } from '../live/running';
import { Witness, WitnessClientFactory, WitnessFactory } from '../live/witness';

import { proxyTo } from './proxy';

const TOTAL = 32 << 20;
/** More than the kernel's buffers of two connections, much less than all of it. */
const UNDER_WAY = 24 << 20;

/** Reads a piece now and then, counts, and keeps nothing. */
class SlowReader extends Witness {
  count = 0;

  override dataReceived(data: Buffer): void {
    this.count += data.length;
  }
}

describe('a proxy with a slow reader', () => {
  it('holds the sender back, passes every byte on, and the end after them', async () => {
    await whileRunning(async (reactor) => {
      const [reader, sender] = [new SlowReader(), new Witness()];
      const target = reactor.listenTCP(0, new WitnessFactory(reader), { interface: '127.0.0.1' });
      const { port: targetPort } = target.getHost() as unknown as { port: number };
      const proxy = reactor.listenTCP(0, proxyTo(reactor, targetPort), { interface: '127.0.0.1' });
      const { port } = proxy.getHost() as unknown as { port: number };
      reactor.connectTCP('127.0.0.1', port, new WitnessClientFactory(sender));
      await Promise.all([reader.made, sender.made]);
      reader.transport.pauseProducing();
      const producer = new BulkProducer(sender.transport, TOTAL);
      producer.start();
      await expect(producer.isStuck()).resolves.toBe(true);
      expect(producer.produced).toBeLessThan(UNDER_WAY);
      // Then in bursts, and never is more under way than the buffers hold.
      let most = 0;
      for (let wanted = 4 << 20; reader.count < TOTAL; wanted += 4 << 20) {
        reader.transport.resumeProducing();
        await until(reactor, () => reader.count >= Math.min(wanted, TOTAL));
        reader.transport.pauseProducing();
        most = Math.max(most, producer.produced - reader.count);
      }
      expect(most).toBeLessThan(UNDER_WAY);
      reader.transport.resumeProducing();
      await Promise.all([reader.lost, sender.lost]);
      expect(reader.count).toBe(TOTAL);
      expect([reader.events, sender.events]).toEqual(Array(2).fill(['made', 'lost ConnectionDone']));
      await Promise.all([target.stopListening(), proxy.stopListening()]);
    });
  });
});
