import { driverSuite } from '../../../../src/testing/compliance';
import { SIGNALS } from '../worlds';

async function main(): Promise<void> {
  for (const { name, rule, run } of driverSuite) {
    if (rule !== 'signals') continue;
    await run(SIGNALS);
    console.log(`passed: ${name}`);
  }
  for (const signal of SIGNALS.signals!.signals)
    console.log(`${signal}: ${process.listenerCount(signal)} listeners left`);
}

main().catch((error: unknown) => {
  console.log(error);
  process.exit(1);
});
