import { forEachSeed, HOSTILE } from '../../src/simulation';

import { connect, echo } from './conversing';

it('Flow loses no byte and keeps their order, whatever partitions, holds, losses and pauses do to it', () =>
  forEachSeed(
    300,
    async (sim) => {
      const server = sim.host('server', (reactor) => void echo(reactor));
      const { reactor } = sim.host('client');
      const factory = connect(reactor, 'server');
      sim.runUntilSync(() => factory.talkers.length === 1);
      let sent = '';
      for (let i = 0; i < 100; i++) {
        reactor.callLater(20 * sim.random('write'), () => {
          const text = `[${String(i)}:${'x'.repeat(Math.floor(300 * sim.random('size')))}]`;
          sent += text;
          factory.only.transport.write(text);
        });
      }
      for (let i = 0; i < 8; i++) {
        const at = 20 * sim.random('fault');
        const over = at + 3 * sim.random('fault');
        reactor.callLater(at, () => sim.partitionOneWay('client', 'server'));
        reactor.callLater(over, () => sim.repair('client', 'server'));
        reactor.callLater(20 * sim.random('fault'), () => sim.hold('client', 'server'));
        reactor.callLater(20 * sim.random('fault'), () => sim.release('client', 'server'));
        reactor.callLater(20 * sim.random('fault'), () => server.pause(sim.random('fault')));
      }
      sim.advanceSync(25);
      await sim.quiesce();
      expect(factory.only.received === sent).toBe(true);
    },
    { simulation: { ...HOSTILE, link: { ...HOSTILE.link, lossRate: 0.05 } } },
  ).then((count) => expect(count).toBeGreaterThan(0)));
