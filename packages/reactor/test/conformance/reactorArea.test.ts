import { reactor } from './reactorArea';
import { readyCases, replayLater } from './reactorReplay';

const ready = readyCases(reactor);

describe('what Twisted was recorded to do: reactor', () => {
  it.each(ready.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const { outcome, detail } = await replayLater(reactor, scenario);
    // A deliberate difference is reported with its reason; anything else must be the same.
    expect({ outcome, detail }).toEqual(outcome === 'difference' ? { outcome, detail } : { outcome: 'passed', detail: '' });
  });
});
