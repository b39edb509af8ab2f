import { firstDifference } from '../../../reactor/test/conformance/compare';
import { loadArea } from '../../../reactor/test/conformance/load';

import { framing, type FramingCase, replayFraming } from './framing';
import { framingDifferences } from './framingDifferences';
import { itDoesWhatWasRecorded } from './judge';

describe('what Twisted was recorded to do: framing', () => {
  itDoesWhatWasRecorded(framing, framingDifferences);

  const byLine = loadArea('framing')
    .filter(({ name }) => !(name in framingDifferences))
    .filter(({ protocol }) => protocol === 'LineReceiver' || protocol === 'LineOnlyReceiver');

  it.each(byLine.map((scenario) => [scenario.name, scenario] as const))('%s, with lines as Buffers', (_name, scenario) => {
    const replayed = replayFraming(scenario as unknown as FramingCase, `Bytes${String(scenario['protocol'])}`);
    expect(firstDifference(replayed, scenario.expect)).toBeNull();
  });
});
