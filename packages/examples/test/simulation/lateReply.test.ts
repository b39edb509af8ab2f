import { forEachSeed, HostError, SeedFailed } from '@skein/reactor/simulation';

import { PatientClient, RequestClient, scenario } from '../../src/simulation/lateReply';

it('forEachSeed finds the late reply within twenty seeds', async () => {
  const error: unknown = await forEachSeed(20, (sim) => scenario(sim, RequestClient)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SeedFailed);
  const { seed, cause, message } = error as SeedFailed;
  expect(seed).toBeLessThanOrEqual(20n);
  expect(message).toMatch(/'re: request \d+' was the reply to 'request \d+'/);
  expect(cause).toBeInstanceOf(HostError);
});

it('PatientClient passes a thousand seeds', async () => {
  await expect(forEachSeed(1000, (sim) => scenario(sim, PatientClient))).resolves.toBe(1000);
});
