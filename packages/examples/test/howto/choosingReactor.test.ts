/** The listings of docs/howto/choosing-reactor.md that are tests, and those that make reactors of Node's driver. */
import { currentReactor, installReactor, reactor } from '@skein/reactor';
import { ReactorAlreadyInstalledError } from '@skein/reactor/error';
import { Simulation } from '@skein/reactor/simulation';
import { MemoryReactorClock, StringTransport } from '@skein/reactor/testing';

import { listen, main, makeReactor, Patient, two } from '../../src/howto/choosingReactor';

// #region memory
test('Patient loses its connection after ten seconds', () => {
  const clock = new MemoryReactorClock();
  main(clock, 8123);
  expect(clock.tcpServers).toHaveLength(1); // it would listen, and nothing is connected

  const patient = new Patient(clock);
  const transport = new StringTransport();
  patient.makeConnection(transport);
  clock.advance(10);
  expect(transport.disconnecting).toBe(true);
});
// #endregion

// #region install
test('what takes no reactor takes the one that is installed', () => {
  const { reactor: simulated } = new Simulation().host('here');
  installReactor(simulated); // before anything has touched `reactor`
  expect(currentReactor()).toBe(simulated);
  expect(reactor.seconds()).toBe(0); // `import { reactor }` is that one, too
  expect(() => installReactor(simulated)).toThrow(ReactorAlreadyInstalledError);
});
// #endregion

test('listen listens with the installed reactor when it is given none', () => {
  expect(String(listen(8000).getHost())).toContain('8000');
});

test('two reactors run and stop each by itself, and so does one of makeReactor', async () => {
  const reactors = [...two(), makeReactor()];
  const runs = reactors.map((each) => each.run({ installSignalHandlers: false }));
  for (const each of reactors) each.stop();
  await expect(Promise.all(runs)).resolves.toHaveLength(3);
});
