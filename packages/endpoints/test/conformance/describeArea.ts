/** The tests of an area: each case that this package covers is the same as recorded, or differs on purpose. */
import { type Area, loadCases } from './recording';

/** Numbers to nine digits (powers may differ in the last), undefined as null, no prototypes. */
function normal(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => {
      if (each === undefined) return null;
      return typeof each === 'number' ? Number(each.toPrecision(9)) : each;
    }),
  );
}

export function describeArea(area: Area): void {
  const cases = loadCases(area.name).filter((scenario) => area.covers(scenario));
  const different = new Set(area.differences.flatMap((difference) => difference.cases));
  const named = (wanted: boolean) =>
    cases.filter(({ name }) => different.has(name) === wanted).map((scenario) => [scenario.name, scenario] as const);

  describe(`what Twisted was recorded to do: ${area.name}`, () => {
    test.each(named(false))('%s', (_name, scenario) => {
      expect(normal(area.observe(scenario))).toEqual(normal(scenario.expect));
    });

    // (`each` takes no empty table.)
    if (different.size > 0) {
      test.each(named(true))('%s differs, on purpose', (_name, scenario) => {
        expect(normal(area.observe(scenario))).not.toEqual(normal(scenario.expect));
      });
    }

    test('the list of differences names recorded scenarios only', () => {
      const names = new Set(cases.map(({ name }) => name));
      expect([...different].filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
