/**
 * The area `transports`: two scripted protocols connected over loopback, on a real Node reactor of their own for each case.
 */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createNodeReactor } from '../../src/default';
import type { IConnector, IListeningPort } from '../../src/interfaces';
import { globalLogPublisher, type LogEvent } from '../../src/logger';
import type { Reactor } from '../../src/reactor';

import { type Area, because } from './area';
import { renderError } from './errors';
import type { RecordedCase } from './load';
import { hangingPort, type Place, refusingPort } from './transportsPlaces';
import {
  type ClientProgress,
  type Scene,
  ScriptedClientFactory,
  ScriptedFactory,
  Side,
  type SideScript,
} from './transportsSide';
import { clientContext, serverContext, type Verify } from './transportsTLS';

/** Seconds of nothing after which a case that never ends is over. */
const QUIET = 0.6;
/** Milliseconds after which a case has failed. */
const LIMIT_MS = 9000;

export interface Scenario extends RecordedCase {
  readonly transport: 'tcp' | 'unix' | 'tls';
  readonly server?: SideScript;
  readonly client?: SideScript;
  readonly to?: 'server' | 'refused' | 'hang' | 'badname';
  readonly timeout?: number;
  readonly connects?: number;
  readonly unfinished?: boolean;
  readonly verify?: Verify;
  readonly expect: { readonly server: unknown; readonly client: unknown };
}

/** How the sides get together, by `transport`. */
const WIRES: Readonly<Record<string, Wire>> = {
  tcp: {
    listen: (reactor, factory) => reactor.listenTCP(0, factory, { interface: '127.0.0.1' }),
    connect(reactor, { place, port, badName, timeout }, factory) {
      const number = place?.port ?? (port?.getHost() as { port?: number } | undefined)?.port ?? 1;
      reactor.connectTCP(
        badName ? 'name.invalid' : '127.0.0.1',
        number,
        factory,
        timeout === undefined ? {} : { timeout },
      );
    },
  },
  unix: {
    listen: (reactor, factory) => reactor.listenUNIX(freshPath(), factory),
    connect(reactor, { port }, factory) {
      const path = (port?.getHost() as { name?: string } | undefined)?.name ?? freshPath();
      reactor.connectUNIX(path, factory);
    },
  },
  tls: {
    listen: (reactor, factory) => reactor.listenSSL(0, factory, serverContext(), { interface: '127.0.0.1' }),
    connect(reactor, { place, port, timeout, verify }, factory) {
      const number = place?.port ?? (port?.getHost() as { port?: number } | undefined)?.port ?? 1;
      reactor.connectSSL('127.0.0.1', number, factory, clientContext(verify), timeout === undefined ? {} : { timeout });
    },
  },
};

/** A path where nothing is. */
function freshPath(): string {
  return join(tmpdir(), `skein-${randomUUID()}`);
}

interface Wire {
  listen(reactor: Reactor, factory: ScriptedFactory): IListeningPort;
  connect(reactor: Reactor, target: Target, factory: ScriptedClientFactory): void;
}

interface Target {
  readonly place: Place | null;
  readonly port: IListeningPort | null;
  readonly badName: boolean;
  readonly timeout: number | undefined;
  readonly verify: Verify;
}

/** One run of a case. */
export class Run implements Scene {
  readonly server: Side;
  readonly client: Side;
  readonly errors: unknown[] = [];
  readonly finished: Promise<void>;
  readonly #scenario: Scenario;
  readonly #reactor: Reactor;
  readonly #progress: ClientProgress = { connector: null, attempts: 0, ended: 0 };
  #port: IListeningPort | null = null;
  #listening = false;
  /** How many actions are still to come; the recording waited for them. */
  #later = 0;
  #finish: () => void = () => undefined;
  #quiet: { reset(seconds: number): void } | null = null;

  constructor(scenario: Scenario, reactor: Reactor) {
    this.#scenario = scenario;
    this.#reactor = reactor;
    this.server = new Side(this, scenario.server ?? {}, true);
    this.client = new Side(this, scenario.client ?? {}, false);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get connector(): IConnector | null {
    return this.#progress.connector;
  }

  begin(place: Place | null): void {
    const { transport, to, timeout, unfinished, verify } = this.#scenario;
    const wire = WIRES[transport] as Wire;
    if (to === undefined || to === 'server') {
      this.#port = wire.listen(this.#reactor, new ScriptedFactory(this.server));
      this.#listening = true;
    }
    const factory = new ScriptedClientFactory(this.client, this.#progress);
    wire.connect(this.#reactor, { place, port: this.#port, badName: to === 'badname', timeout, verify }, factory);
    if (unfinished === true) this.#quiet = this.#reactor.callLater(QUIET, this.#finish);
  }

  stirred(): void {
    this.#quiet?.reset(QUIET);
    this.#reactor.callLater(0, this.#endIfOver);
  }

  callLater(seconds: number, callable: () => void): void {
    this.#later += 1;
    this.#reactor.callLater(seconds, () => {
      this.#later -= 1;
      try {
        callable();
      } finally {
        this.stirred();
      }
    });
  }

  stopListening(): void {
    this.#listening = false;
    this.#port?.stopListening()?.addCallback(() => {
      this.server.note('stopListening done');
      return null;
    });
  }

  reconnect(attempts: number): void {
    if (this.#progress.attempts < attempts) this.connector?.connect();
  }

  readonly #endIfOver = (): void => {
    const { attempts, ended } = this.#progress;
    const { server, client } = this;
    if (this.#quiet !== null || ended < attempts || attempts < (this.#scenario.connects ?? 1)) return;
    if (server.open + client.open > 0) return;
    // A connection that the client has made and lost may still have to be accepted.
    if (this.#port !== null && server.built < client.built) return;
    if (this.#listening) this.stopListening();
    else if (this.#later > 0) return;
    else if (this.#port === null || server.log.some(([event]) => event === 'stopListening done')) this.#finish();
  };
}

async function observe(scenario: RecordedCase): Promise<unknown> {
  const it = scenario as Scenario;
  const reactor = createNodeReactor();
  const run = new Run(it, reactor);
  const place =
    it.to === 'hang'
      ? await hangingPort()
      : it.to === 'refused' && it.transport !== 'unix'
        ? await refusingPort()
        : null;
  const observer = ({ log_failure: failure }: LogEvent): void => {
    if (failure !== undefined) run.errors.push(renderError(failure.value));
  };
  globalLogPublisher.addObserver(observer);
  let limit: NodeJS.Timeout | null = null;
  try {
    run.begin(place);
    const over = reactor.run({ installSignalHandlers: false });
    const stuck = new Promise<boolean>((resolve) => {
      limit = setTimeout(resolve, LIMIT_MS, true);
    });
    const isStuck = await Promise.race([run.finished.then(() => false), stuck]);
    const { server, client } = it.expect;
    const seen = {
      server: server === null ? null : [...run.server.log],
      client: client === null ? null : [...run.client.log],
      ...(run.errors.length > 0 && { errors: [...run.errors] }),
      ...(isStuck && { stuck: true }),
    };
    reactor.stop();
    await over;
    return seen;
  } finally {
    if (limit !== null) clearTimeout(limit);
    globalLogPublisher.removeObserver(observer);
    await place?.close();
  }
}

export const transports: Area = {
  name: 'transports',
  observe,
  differences: {
    ...because(
      'connector.disconnect() loses the secured connection as loseConnection() does, so that what was written arrives',
      'disconnect-connected/tls',
    ),
    ...because(
      'Node checks certificates when OpenSSL is done, so a server is not told by an alert: it sees the connection cut',
      'tls-verify-untrusted/tls',
      'tls-handshake-listener-failure/tls',
    ),
    ...because(
      'what is written goes out when the turn ends, so an answer is sent before the end of the stream behind the request is seen',
      'half-client-loses-write/unix',
    ),
  },
};
