import { NodeDriver } from '../../../../src/drivers/node';

// A driver that has connections, a far alarm and a reader, and stops.
const driver = new NodeDriver();
const port = driver.listenStream({ family: 'IPv4', host: '127.0.0.1', port: 0 }, { backlog: 5 });
port.on('connection', (stream) => {
  stream.readStart();
  stream.write([Buffer.from('hello')]);
});
const stream = driver.connectStream(port.localAddress, {});
stream.readStart();
stream.on('data', (data) => {
  console.log(data.toString());
  driver.wakeAt(driver.now() + 1e9);
  driver.stop();
});
driver.start(() => undefined);
