import { readyCases, replayLater } from './reactorReplay';
import { transports } from './transports';

const ready = readyCases(transports);

describe('what Twisted was recorded to do: transports', () => {
  it.each(ready.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const { outcome, detail } = await replayLater(transports, scenario);
    // A deliberate difference is reported with its reason; anything else must be the same.
    expect({ outcome, detail }).toEqual(outcome === 'difference' ? { outcome, detail } : { outcome: 'passed', detail: '' });
  });
});
