import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Simulation } from '@skein/reactor/simulation';
import { Certificate } from '@skein/reactor/ssl';

import { greetInPrivate, serveInPrivate } from '../../src/howto/ssl';

const pem = readFileSync(path.join(__dirname, '../../../../conformance/fixtures/server.pem'));

test('greetInPrivate talks to serveInPrivate by TLS over a UNIX socket', async () => {
  const sim = new Simulation();
  const said: string[] = [];
  const { reactor } = sim.host('machine');
  serveInPrivate(reactor, '/run/private', pem);
  greetInPrivate(reactor, '/run/private', Certificate.loadPEM(pem), (text) => said.push(text));
  await sim.advance(5);
  expect(said[0]).toBe('echoed: hello');
  expect(said).toHaveLength(2);
});
