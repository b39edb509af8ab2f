import { type FramingCase, replayFraming } from './framing';
import { FRAMING_DIFFERENCES } from './framingDifferences';
import { decoded, loadRecording } from './recording';

const { cases } = loadRecording('framing') as unknown as { cases: (FramingCase & { expect: unknown })[] };
const different = new Set(FRAMING_DIFFERENCES.flatMap((difference) => difference.cases));
const named = (select: (scenario: FramingCase) => boolean) =>
  cases.filter(select).map((scenario) => [scenario.name, scenario] as const);

describe('the recorded framing scenarios', () => {
  it.each(named(({ name }) => !different.has(name)))('%s', (_name, scenario) => {
    expect(decoded(replayFraming(scenario))).toEqual(decoded(scenario.expect));
  });

  it.each(named(({ name }) => different.has(name)))('%s differs, on purpose', (_name, scenario) => {
    expect(decoded(replayFraming(scenario))).not.toEqual(decoded(scenario.expect));
  });

  it.each(named(({ name, protocol }) => /^Line(Only)?Receiver$/.test(protocol) && !different.has(name)))(
    '%s, with lines as Buffers',
    (_name, scenario) => {
      expect(decoded(replayFraming(scenario, `Bytes${scenario.protocol}`))).toEqual(decoded(scenario.expect));
    },
  );

  it('the list of differences names recorded scenarios only', () => {
    const names = new Set(cases.map(({ name }) => name));
    expect([...different].filter((name) => !names.has(name))).toEqual([]);
  });
});
