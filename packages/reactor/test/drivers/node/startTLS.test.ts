import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';

import type { InetSocketAddress, StreamHandle } from '../../../src/driver';
import { NodeDriver } from '../../../src/drivers/node';
import { PrivateCertificate } from '../../../src/ssl';
import { conformanceFolder } from '../../conformance/load';

/** Turns of Node's loop, in each of which what has arrived is read. */
const TURNS = 5;

describe('NodeStreamHandle.startTLS', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of cleanUp.splice(0).reverse()) await each();
  });

  it('startTLS throws away what was read in plain while nothing could be delivered', async () => {
    const pem = readFileSync(path.join(conformanceFolder(), 'fixtures/server.pem'));
    const driver = new NodeDriver();
    const turn = (): void => undefined;
    driver.start(turn);
    cleanUp.push(() => driver.stop());
    const port = driver.listenStream({ family: 'IPv4', host: '127.0.0.1', port: 0 }, { backlog: 5 });
    cleanUp.push(() => port.close());
    const raw = net.connect((port.localAddress as InetSocketAddress).port, '127.0.0.1');
    cleanUp.push(() => {
      raw.destroy();
      return once(raw, 'close');
    });
    const [handle] = await new Promise<[StreamHandle]>((resolve) => port.on('connection', (each) => resolve([each])));
    cleanUp.push(() => {
      handle.removeAllListeners();
      handle.close();
    });
    let received = '';
    const receives = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (received.endsWith(text)) resolve();
        };
        handle.on('data', (data) => {
          received += data.toString();
          look();
        });
        handle.on('closed', (error) => reject(error ?? new Error('closed')));
        look();
      });
    const asked = receives('STARTTLS\n');
    handle.readStart();
    raw.write('STARTTLS\n');
    await asked;
    handle.removeAllListeners();

    driver.stop();
    await new Promise((resolve) => raw.write('injected\n', resolve));
    for (let i = 0; i < TURNS; i++) await setImmediate();
    handle.startTLS(PrivateCertificate.loadPEM(pem).options().getContext(), { role: 'server', chooseContext: null });
    driver.start(turn);
    const said = receives('secure\n');
    tls.connect({ socket: raw, rejectUnauthorized: false }).write('secure\n');
    await said;
    expect(received).toBe('STARTTLS\nsecure\n');
  });
});
