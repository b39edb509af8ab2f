/**
 * Rule 6: `ended` at most once, and no `data` after it. Half-open is allowed until `shutdown` or `close`.
 */
import { claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import { claimPattern, pattern } from '../pattern';

export const endCases = [
  driverCase(6, 'StreamHandle.ended comes once, after all data', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.write(pattern(500_000));
    await near.hasWritten(1);
    near.shutdown();
    await far.sees('ended');
    await scene.look();
    claimPattern(far.received, 500_000, 'what came before it');
    claimEqual(far.events, ['data', 'ended'], 'events');
    claimEqual(near.events, ['connected', 'written'], 'events of the end that shut down');
  }),

  driverCase(6, 'StreamHandle.ended comes without data too', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.shutdown();
    await far.sees('ended');
    claimEqual(far.events, ['ended'], 'events');
  }),

  driverCase(6, 'StreamHandle.ended is held back while stopped, and told after readStart', async (scene) => {
    const { near, far } = await scene.connection();
    near.shutdown();
    await scene.look();
    claimEqual(far.events, [], 'events before readStart');
    far.readStart();
    far.readStop();
    await scene.look();
    claimEqual(far.events, [], 'events after readStop');
    far.readStart();
    await far.sees('ended');
    far.readStop();
    far.readStart();
    await scene.look();
    claimEqual(far.events, ['ended'], 'events');
  }),

  driverCase(6, 'StreamHandle.ended is held back by readStop from inside the last data', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    far.reactions.data = () => far.readStop();
    near.write(Buffer.from('last'));
    await near.hasWritten(1);
    near.shutdown();
    await far.receives(4);
    await scene.look();
    claimEqual(far.events, ['data'], 'events until readStart');
    far.readStart();
    await far.sees('ended');
    claimEqual(far.events, ['data', 'ended'], 'events');
  }),

  driverCase(6, 'StreamHandle.shutdown leaves this end receiving', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    near.shutdown();
    await far.sees('ended');
    far.write(pattern(300_000));
    await near.receives(300_000);
    await far.hasWritten(1);
    far.shutdown();
    await near.sees('ended');
    claimPattern(near.received, 300_000, 'what came after shutdown');
    claimEqual(near.events, ['connected', 'data', 'ended'], 'events');
  }),

  driverCase(6, 'StreamHandle.ended leaves this end sending, for as long as it likes', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    near.shutdown();
    await far.sees('ended');
    for (let i = 0; i < 20; i++) {
      far.write(pattern(1000, i * 1000));
      await far.hasWritten(i + 1);
    }
    await near.receives(20_000);
    claimPattern(near.received, 20_000, 'what was sent after ended');
    claimEqual(far.events, ['ended', ...Array.from({ length: 20 }, () => 'written')], 'events');
  }),

  driverCase(6, 'StreamHandle is not closed by the end of both directions', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    near.shutdown();
    await far.sees('ended');
    far.shutdown();
    await near.sees('ended');
    await scene.look();
    claimEqual(near.events, ['connected', 'ended'], 'events of one end');
    claimEqual(far.events, ['ended'], 'events of the other');
    near.close();
    far.close();
    await near.sees('closed');
    await far.sees('closed');
    claimEqual(near.events, ['connected', 'ended', 'closed(null)'], 'events of one end');
    claimEqual(far.events, ['ended', 'closed(null)'], 'events of the other');
  }),

  driverCase(6, 'StreamHandle.ended is still told when this end was shut down while stopped', async (scene) => {
    const { near, far } = await scene.connection();
    near.write(Buffer.from('x'));
    await near.hasWritten(1);
    near.shutdown();
    await scene.look();
    far.shutdown();
    await scene.look();
    claimEqual(far.events, [], 'events before readStart');
    far.readStart();
    await far.sees('ended');
    claimEqual(far.events, ['data', 'ended'], 'events');
  }),

  driverCase(6, 'StreamHandle.shutdown and close from inside ended are carried out', async (scene) => {
    const { near, far } = await scene.connection();
    near.readStart();
    far.readStart();
    far.reactions.ended = () => {
      far.shutdown();
      far.close();
    };
    near.shutdown();
    await far.sees('closed');
    await near.sees('ended');
    claimEqual(far.events, ['ended', 'closed(null)'], 'events');
  }),

  driverCase(6, 'StreamHandle.close of one end is ended for the other', async (scene) => {
    const { near, far } = await scene.connection();
    far.readStart();
    near.write(Buffer.from('goodbye'));
    await near.hasWritten(1);
    near.close();
    await far.sees('ended');
    await scene.look();
    claimEqual(far.events, ['data', 'ended'], 'events of the other end');
    claimEqual(far.received.toString(), 'goodbye', 'what came before');
  }),
];
