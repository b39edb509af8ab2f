import { type Area, replay } from './area';
import { clock } from './clock';
import { loadArea } from './load';

const area: Area = clock;

describe('what Twisted was recorded to do: clock', () => {
  it.each(loadArea(area.name).map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const { outcome, detail } = replay(area, scenario);
    // A deliberate difference is reported with its reason; anything else must be the same.
    expect({ outcome, detail }).toEqual(outcome === 'difference' ? { outcome, detail } : { outcome: 'passed', detail: '' });
  });
});
