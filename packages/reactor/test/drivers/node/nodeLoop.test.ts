import { NodeDriver } from '../../../src/drivers/node';

/** The longest that Node's `setTimeout` waits; more than that fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

describe('NodeDriver.wakeAt, in imitated time', () => {
  let driver: NodeDriver;
  let turns: number;

  beforeEach(() => {
    jest.useFakeTimers();
    driver = new NodeDriver();
    turns = 0;
    driver.start(() => {
      turns += 1;
    });
  });

  afterEach(() => {
    driver.stop();
    jest.useRealTimers();
  });

  it.each([30, 60, 365])('NodeDriver.wakeAt cuts an alarm of %d days into pieces that Node can wait for', (days) => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    const deadline = driver.now() + days * 86_400;
    driver.wakeAt(deadline);
    jest.advanceTimersByTime(days * 86_400_000 - 1000);
    expect(turns).toBe(0);
    jest.advanceTimersByTime(1001);
    jest.runOnlyPendingTimers();
    expect(turns).toBe(1);
    expect(driver.now()).toBeGreaterThanOrEqual(deadline);
    expect(set.mock.calls.length).toBeGreaterThan((days * 86_400_000) / LONGEST_MS);
    for (const [, delay] of set.mock.calls) expect(delay).toBeLessThanOrEqual(LONGEST_MS);
    set.mockRestore();
  });

  it('NodeDriver.stop leaves no timer behind', () => {
    driver.wakeAt(driver.now() + 1);
    driver.wakeSoon();
    expect(jest.getTimerCount()).toBe(3);
    driver.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('NodeDriver.wakeAt does not touch its timer when the alarm is put off', () => {
    driver.wakeAt(driver.now() + 1);
    const set = jest.spyOn(globalThis, 'setTimeout');
    for (let i = 2; i < 1000; i++) driver.wakeAt(driver.now() + i);
    expect(set).not.toHaveBeenCalled();
    set.mockRestore();
    jest.advanceTimersByTime(998_000);
    expect(turns).toBe(0);
    jest.advanceTimersByTime(2000);
    expect(turns).toBe(1);
  });
});
