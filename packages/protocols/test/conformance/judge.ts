/**
 * Tests of an area: every recorded case does the same, or differs for a reason that is listed.
 */
import type { Area } from '../../../reactor/test/conformance/area';
import { firstDifference } from '../../../reactor/test/conformance/compare';
import { loadArea, type RecordedCase } from '../../../reactor/test/conformance/load';

type Named = readonly [name: string, scenario: RecordedCase];

/** Makes the tests of the cases of `area` that `select` takes. */
export function itDoesWhatWasRecorded(
  area: Area,
  differences: Readonly<Record<string, string>>,
  select: (scenario: RecordedCase) => boolean = () => true,
): void {
  const cases = loadArea(area.name).filter(select);
  const named = (different: boolean): Named[] =>
    cases.filter(({ name }) => name in differences === different).map((scenario) => [scenario.name, scenario]);

  it.each(named(false))('%s', (_name, scenario) => {
    expect(firstDifference(area.observe(scenario), scenario.expect)).toBeNull();
  });

  if (named(true).length > 0) {
    it.each(named(true))('%s differs, on purpose', (_name, scenario) => {
      expect(firstDifference(area.observe(scenario), scenario.expect)).not.toBeNull();
    });
  }

  it('the differences are of recorded cases', () => {
    expect(Object.keys(differences).filter((name) => !cases.some((scenario) => scenario.name === name))).toEqual([]);
  });
}
