/** A WebSocket between two simulated hosts. */
import { Simulation, type SimulationOptions } from '@skein/reactor/simulation';
import type { Protocol } from '@skein/protocols';

import { HostnameEndpoint, TCP4ServerEndpoint } from '../../src';
import {
  WebSocketClientEndpoint,
  type WebSocketClientOptions,
  WebSocketServerEndpoint,
  type WebSocketServerOptions,
} from '../../src/websocket';

import { Recorder, RecorderFactory } from './recorder';

export interface PairOptions<S extends Protocol, C extends Protocol> {
  readonly server?: WebSocketServerOptions;
  readonly client?: WebSocketClientOptions;
  readonly simulation?: SimulationOptions;
  readonly serverProtocol?: () => S;
  readonly clientProtocol?: () => C;
}

/** Two connected protocols, and the world they are in. */
export interface Pair<S extends Protocol, C extends Protocol> {
  readonly sim: Simulation;
  readonly server: S;
  readonly client: C;
}

export async function connectedPair<S extends Protocol = Recorder, C extends Protocol = Recorder>(
  options: PairOptions<S, C> = {},
): Promise<Pair<S, C>> {
  const { serverProtocol = () => new Recorder() as never, clientProtocol = () => new Recorder() as never } = options;
  const sim = new Simulation(options.simulation);
  const served = new RecorderFactory<S>(serverProtocol);
  sim.host('server', (reactor) => {
    const endpoint = new WebSocketServerEndpoint(reactor, new TCP4ServerEndpoint(reactor, 8124), options.server);
    void endpoint.listen(served);
  });
  const { reactor } = sim.host('client');
  const below = new HostnameEndpoint(reactor, 'server', 8124);
  const endpoint = new WebSocketClientEndpoint(reactor, below, 'ws://server:8124/chat', {
    random: () => reactor.random(),
    ...options.client,
  });
  const client = await sim.runUntil(endpoint.connect(new RecorderFactory<C>(clientProtocol)));
  await sim.runUntil(() => served.built.length > 0);
  return { sim, server: served.built[0]!, client };
}
