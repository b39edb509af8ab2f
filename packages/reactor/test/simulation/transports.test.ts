/** The recorded behaviour of connections, on the simulation: the replayer is the one that runs over real sockets. */
import { globalLogPublisher, type LogEvent } from '../../src/logger';
import { Simulation, TimeLimit } from '../../src/simulation';
import { because, casesOf, replay } from '../conformance/area';
import { renderError } from '../conformance/errors';
import type { RecordedCase } from '../conformance/load';
import { Run, type Scenario, transports } from '../conformance/transports';

import { TalkerFactory } from './conversing';

/** A port whose backlog is full, and one where nobody listens. */
const HANGING = 1000;
const REFUSING = 9;

async function observe(recorded: RecordedCase): Promise<unknown> {
  const scenario = recorded as Scenario;
  const sim = new Simulation({ seed: 1, errors: 'collect' });
  const { reactor } = sim.host('host');
  const run = new Run(scenario, reactor);
  const observer = ({ log_failure: failure }: LogEvent): void => {
    if (failure !== undefined) run.errors.push(renderError(failure.value));
  };
  globalLogPublisher.addObserver(observer);
  try {
    if (scenario.to === 'hang') reactor.listenTCP(HANGING, new TalkerFactory(), { backlog: 0 });
    const elsewhere = scenario.to === 'hang' || (scenario.to === 'refused' && scenario.transport !== 'unix');
    const port = scenario.to === 'hang' ? HANGING : REFUSING;
    run.begin(elsewhere ? { port, close: () => Promise.resolve() } : null);
    let stuck = false;
    try {
      await sim.runUntil(run.finished, { limit: 100 });
    } catch (error) {
      if (!(error instanceof TimeLimit)) throw error;
      stuck = true;
    }
    const { server, client } = scenario.expect;
    return {
      server: server === null ? null : [...run.server.log],
      client: client === null ? null : [...run.client.log],
      ...(run.errors.length > 0 && { errors: [...run.errors] }),
      ...(stuck && { stuck }),
    };
  } finally {
    globalLogPublisher.removeObserver(observer);
  }
}

/** What differs over real sockets because of Node's TLS does not here. */
const differences = because('as over real sockets: see the area', 'disconnect-connected/tls');
const simulated = { ...transports, observe, differences };
const cases = casesOf(transports);

describe('what Twisted was recorded to do: transports over TCP, UNIX and TLS, on the simulation', () => {
  it.each(cases.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const outcome = scenario.name in differences ? 'difference' : 'passed';
    expect(await replay(simulated, scenario)).toMatchObject({ outcome });
  });
});
