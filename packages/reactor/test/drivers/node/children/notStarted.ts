import { NodeDriver } from '../../../../src/drivers/node';

// Everything that can be commanded before `start`. None of it may keep the process alive.
const driver = new NodeDriver();
const port = driver.listenStream({ family: 'IPv4', host: '127.0.0.1', port: 0 }, { backlog: 5 });
driver.listenStream({ family: 'UNIX', path: `\0skein-not-started-${process.pid}` }, { backlog: 5 });
driver.connectStream(port.localAddress, {});
driver.connectStream(port.localAddress, {}).close();
driver.resolveName('localhost', () => {
  console.log('resolved');
});
driver.onSignals(['SIGUSR2'], () => {
  console.log('signal');
});
driver.wakeAt(driver.now() + 1e9);
driver.wakeSoon();
console.log('made');
