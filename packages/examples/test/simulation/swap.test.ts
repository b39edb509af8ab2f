import { real, simulated } from '../../src/simulation/swap';

it("the guide's chat says the same on the installed reactor and on a simulated host", async () => {
  const heard = await simulated();
  expect(heard).toEqual([
    "alice is told: What's your name?",
    'alice is told: Welcome, alice!',
    "bob is told: What's your name?",
    'bob is told: Welcome, bob!',
    'alice is told: <bob> hello',
    'alice is told: <bob> bye',
  ]);
  expect(await real()).toEqual(heard);
});
