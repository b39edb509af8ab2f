/** The tests of an area: one for each case, and one for how the area is described. */
import { type Area, casesOf, faultsOf, replay } from './area';
import { areOwnRecordings } from './load';

/** Makes the tests of an area. The name of a case that is meant to differ says why. */
export function describeArea(area: Area): void {
  describe(`what Twisted was recorded to do: ${area.name}${area.part === undefined ? '' : `, ${area.part}`}`, () => {
    for (const scenario of casesOf(area)) {
      if ((area.notYet?.(scenario) ?? null) !== null) continue;
      const reason = area.differences?.[scenario.name];
      const expected =
        reason === undefined ? { outcome: 'passed', detail: '' } : { outcome: 'difference', detail: reason };

      it(reason === undefined ? scenario.name : `${scenario.name} (difference: ${reason})`, async () => {
        expect(await replay(area, scenario)).toEqual(expected);
      });
    }

    // Recordings from elsewhere have other cases.
    (areOwnRecordings() ? it : it.skip)('has cases, and its differences are cases that docs/differences-from-twisted.md names', () => {
      expect(faultsOf(area)).toEqual([]);
    });
  });
}
