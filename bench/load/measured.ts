/** Milliseconds in which both sides warm up: V8 is slow, and busy with itself, before it knows what is hot. */
const WARM_UP = 1500;

/**
 * How a load measures: it warms up, says so with a line, counts for `seconds`, prints how many operations a second there were and
 * how many in all since that line, and ends the process.
 *
 * @param count - the operations up to now
 * @param warmUp - milliseconds in which both sides warm up
 */
export function measured(count: () => number, seconds: number, warmUp = WARM_UP): void {
  setTimeout(() => {
    const before = count();
    const began = process.hrtime.bigint();
    console.log('warm');
    setTimeout(() => {
      const operations = count() - before;
      console.log(`${operations / (Number(process.hrtime.bigint() - began) / 1e9)} ${operations}`);
      process.exit();
    }, seconds * 1000);
  }, warmUp);
}
