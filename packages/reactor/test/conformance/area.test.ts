import { type Area, because, casesOf, type Differences, faultsOf, replay } from './area';
import { clock } from './clock';
import { firstDifference } from './compare';
import type { RecordedCase } from './load';

const scenario: RecordedCase = { name: 'case', expect: { log: [['tick', 1]] } };

/** An area in which `case` is observed so. */
function observing(log: unknown, differences: Differences = {}): Area {
  return { name: 'clock', observe: () => ({ log }), differences };
}

describe('replay', () => {
  it('passes a case that does the same, at once or later', async () => {
    const later: Area = { name: 'clock', observe: () => Promise.resolve({ log: [['tick', 1]] }) };
    expect(await replay(observing([['tick', 1]]), scenario)).toEqual({ outcome: 'passed', detail: '' });
    expect(await replay(later, scenario)).toEqual({ outcome: 'passed', detail: '' });
  });

  it('fails a case that differs, and says where', async () => {
    const detail = '.log[0][1]: observed 2, recorded 1';
    expect(await replay(observing([['tick', 2]]), scenario)).toEqual({ outcome: 'failed', detail });
  });

  it('lets a listed case differ', async () => {
    const outcome = await replay(observing([['tick', 2]], because('ticks twice', 'case')), scenario);
    expect(outcome).toEqual({ outcome: 'difference', detail: 'ticks twice' });
  });

  it('fails a listed case that does the same', async () => {
    const outcome = await replay(observing([['tick', 1]], because('ticks twice', 'case')), scenario);
    expect(outcome).toEqual({ outcome: 'failed', detail: 'listed as a difference, but does the same: ticks twice' });
  });

  it('fails a case whose replay throws, listed or not', async () => {
    const observe = (): never => {
      throw new Error('no such operation');
    };
    for (const differences of [{}, because('a reason', 'case')]) {
      const { outcome, detail } = await replay({ name: 'clock', observe, differences }, scenario);
      expect(outcome).toBe('failed');
      expect(detail).toContain('the replay broke down: Error: no such operation');
    }
  });
});

describe('faultsOf', () => {
  const elsewhere = process.env['SKEIN_CONFORMANCE'];
  beforeAll(() => {
    delete process.env['SKEIN_CONFORMANCE'];
  });
  afterAll(() => {
    if (elsewhere !== undefined) process.env['SKEIN_CONFORMANCE'] = elsewhere;
  });

  it('finds none in an area whose differences are recorded cases and on their page', () => {
    expect(faultsOf(clock)).toEqual([]);
  });

  it('finds a part that covers nothing', () => {
    expect(faultsOf({ ...clock, covers: () => false, differences: {} })).toEqual(['it covers no case']);
  });

  it('finds a difference that is no case', () => {
    const faults = faultsOf({
      ...clock,
      differences: { ...clock.differences, ...because('a reason', 'no-such-case') },
    });
    expect(faults).toContain("'no-such-case' is listed as a difference, but is no case");
  });

  it('finds a difference that its page does not name', () => {
    const [{ name } = scenario] = casesOf(clock);
    const faults = faultsOf({ ...clock, differences: { ...clock.differences, ...because('a reason', name) } });
    expect(faults).toEqual([`'${name}' is not in docs/differences-from-twisted.md`]);
  });

  it('finds a case on the page that is no difference', () => {
    const faults = faultsOf({ ...clock, differences: {} });
    expect(faults).toEqual([
      "docs/differences-from-twisted.md names 'reactor-cancel-inserted', which is no difference",
    ]);
  });
});

describe('firstDifference', () => {
  it('takes undefined for null, and a run-length coded text for the text', () => {
    expect(
      firstDifference(
        [undefined, 'aab'],
        [
          null,
          {
            rle: [
              ['a', 2],
              ['b', 1],
            ],
          },
        ],
      ),
    ).toBeNull();
  });

  it('compares numbers to nine digits', () => {
    expect(firstDifference(0.1 + 0.2, 0.3)).toBeNull();
    expect(firstDifference(0.3001, 0.3)).toBe('result: observed 0.3001, recorded 0.3');
  });

  it('wants arrays and objects whole', () => {
    expect(firstDifference([1], [1, 2])).toBe('[1]: observed [], recorded [ 2 ]');
    expect(firstDifference({ a: 1 }, { a: 1, b: 2 })).toBe('.b: observed null, recorded 2');
  });
});
