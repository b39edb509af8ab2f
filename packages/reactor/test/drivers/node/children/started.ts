import { NodeDriver } from '../../../../src/drivers/node';

// Nothing but the driver keeps this process alive until the alarm rings.
const driver = new NodeDriver();
driver.start(() => {
  console.log('rang');
  driver.stop();
});
driver.wakeAt(driver.now() + 0.05);
