import { forEachSeed } from '@skein/reactor/simulation';

import { chatRoom, count, MESSAGES, NETWORK, SPEAKERS } from '../../src/simulation/chatRoom';

it('Chat: everyone who is left hears everything, in order and once, through partitions and crashes', async () => {
  await forEachSeed(
    10,
    async (sim) => {
      const left = await chatRoom(sim);
      expect(left).toHaveLength(45);
      expect(count(left)).toBe((left.length * SPEAKERS - SPEAKERS) * MESSAGES);
    },
    { simulation: NETWORK, checkEvery: 10 },
  );
});

it('Chat: count notices a message that is missing, doubled or out of order', async () => {
  await forEachSeed(1, async (sim) => {
    const [, user] = await chatRoom(sim);
    const { heard } = user!;
    expect(() => count([user!])).not.toThrow();
    heard.push(heard[0]!);
    expect(() => count([user!])).toThrow('user1 heard of user');
  });
});
