import { closeSync, openSync } from 'node:fs';

import type { StreamHandle } from '../../../../src/driver';
import { NodeDriver } from '../../../../src/drivers/node';

// Runs out of descriptors, and gets them back. What happened is printed, a line each.
const driver = new NodeDriver();
const port = driver.listenStream({ family: 'IPv4', host: '127.0.0.1', port: 0 }, { backlog: 5 });
let accepted = 0;
port.on('connection', (stream) => {
  accepted += 1;
  console.log(`accepted ${accepted}`);
  stream.readStart();
  stream.on('data', () => {
    console.log(`data for ${accepted}`);
    if (accepted === 1) shed();
    else driver.stop();
  });
});
port.on('acceptFailed', ({ name, code, syscall }) => {
  console.log(`acceptFailed: ${name} ${code} ${syscall}`);
});

const taken: number[] = [];

function takeAll(): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: that was the last one.
  }
}

function release(count: number): void {
  for (const descriptor of taken.splice(-count)) closeSync(descriptor);
}

function connect(): StreamHandle {
  const stream = driver.connectStream(port.localAddress, {});
  stream.readStart();
  return stream;
}

/** Two descriptors are left: one for each end of the connection, which is accepted with the last. */
function takeLast(): void {
  takeAll();
  release(2);
  const stream = connect();
  stream.on('connected', () => {
    stream.write([Buffer.from('1')]);
  });
}

/** One is left, for the client: the connection waits in the kernel and cannot be accepted. */
function shed(): void {
  takeAll();
  release(1);
  const stream = connect();
  const end = (event: string) => (): void => {
    console.log(event);
    stream.removeAllListeners();
    stream.close();
    goOn();
  };
  stream.on('ended', end('shed'));
  stream.on('closed', end('shed'));
}

function goOn(): void {
  release(taken.length);
  const stream = connect();
  stream.on('connected', () => {
    stream.write([Buffer.from('2')]);
  });
}

driver.start(() => undefined);
takeLast();
