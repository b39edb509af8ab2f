import { type Area, replay } from './area';
import { deferred } from './deferred';
import { loadArea } from './load';

const area: Area = deferred;

describe('what Twisted was recorded to do: deferred', () => {
  it.each(loadArea(area.name).map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const { outcome, detail } = replay(area, scenario);
    // A deliberate difference is reported with its reason; anything else must be the same.
    expect({ outcome, detail }).toEqual(outcome === 'difference' ? { outcome, detail } : { outcome: 'passed', detail: '' });
  });
});
