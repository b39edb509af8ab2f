/**
 * What a test leaves behind on real reactors: ports, connections, attempts to connect, delayed calls. With the place where
 * each was made.
 *
 * Listens to the diagnostics channels of all reactors of the process, while it does; a reactor that nobody listens to
 * publishes nothing. What simulated reactors leave behind goes with their simulation, and does not count.
 *
 * @twisted twisted.trial.util._Janitor
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';

import { AlreadyCalled, AlreadyCancelled } from '../error';
import type { IConnector, IDelayedCall, IListeningPort, ITCPTransport } from '../interfaces';

/** Something that was left behind. */
export interface Leftover {
  readonly kind: 'port' | 'connection' | 'attempt to connect' | 'delayed call';
  /** The thing itself, as text. */
  readonly what: string;
  /** The stack where it was made, innermost first, without this package's own frames; for a connection, where its port or connector was. */
  readonly made: string;
}

interface Made<T> {
  readonly thing: T;
  readonly made: string;
}

interface Message {
  readonly driver: string;
  readonly call: IDelayedCall;
  readonly port: IListeningPort;
  readonly connector: IConnector & { readonly transport?: unknown };
  readonly transport: ITCPTransport;
}

/** Collects what is made from now on, until `stop()`. */
export class Leftovers {
  readonly #calls = new Set<Made<IDelayedCall>>();
  readonly #ports = new Map<IListeningPort, string>();
  readonly #connectors = new Map<Message['connector'], string>();
  readonly #transports = new Set<ITCPTransport>();
  readonly #subscriptions: [channel: string, listener: (message: unknown) => void][] = [];

  constructor() {
    this.#on('delayedCallScheduled', ({ call }, made) => this.#calls.add({ thing: call, made }));
    this.#on('listeningStarted', ({ port }, made) => this.#ports.set(port, made));
    this.#on('listeningStopped', ({ port }) => this.#ports.delete(port));
    this.#on('connectingStarted', ({ connector }, made) => this.#connectors.set(connector, made));
    this.#on('connectionMade', ({ transport }) => this.#transports.add(transport));
    this.#on('connectionLost', ({ transport }) => this.#transports.delete(transport));
  }

  /** What is left now. */
  left(): Leftover[] {
    for (const each of this.#calls) if (!each.thing.active()) this.#calls.delete(each);
    return [
      ...[...this.#ports].map(([port, made]) => ({ kind: 'port' as const, what: String(port.getHost()), made })),
      ...[...this.#transports].map((transport) => ({
        kind: 'connection' as const,
        what: `${String(transport.getHost())} to ${String(transport.getPeer())}`,
        made: this.#origin(transport),
      })),
      ...[...this.#connectors]
        .filter(([{ state }]) => state === 'connecting')
        .map(([connector, made]) => ({
          kind: 'attempt to connect' as const,
          what: String(connector.getDestination()),
          made,
        })),
      ...[...this.#calls].map(({ thing, made }) => ({ kind: 'delayed call' as const, what: inspect(thing), made })),
    ];
  }

  /** Ends all that is left: ports stop, connections are aborted, attempts and calls are cancelled. */
  clear(): void {
    for (const port of this.#ports.keys()) port.stopListening();
    for (const [connector] of this.#connectors) if (connector.state === 'connecting') connector.stopConnecting();
    for (const transport of this.#transports) transport.abortConnection();
    for (const { thing } of this.#calls) cancel(thing);
  }

  /** Ceases to collect. */
  stop(): void {
    for (const [channel, listener] of this.#subscriptions) unsubscribe(channel, listener);
  }

  #on(event: string, heard: (message: Message, made: string) => void): void {
    const listener = (message: unknown): void => {
      if ((message as Message).driver !== 'sim') heard(message as Message, stack(listener));
    };
    const channel = `skein.reactor.${event}`;
    subscribe(channel, listener);
    this.#subscriptions.push([channel, listener]);
  }

  /** Where the connector or the port of a connection was made. */
  #origin(transport: ITCPTransport): string {
    for (const [connector, made] of this.#connectors) if (connector.transport === transport) return made;
    const host = String(transport.getHost());
    for (const [port, made] of this.#ports) if (String(port.getHost()) === host) return made;
    return '';
  }
}

function cancel(call: IDelayedCall): void {
  try {
    call.cancel();
  } catch (error) {
    if (!(error instanceof AlreadyCalled || error instanceof AlreadyCancelled)) throw error;
  }
}

/** This package's own folder: its frames say nothing to its users. */
const OWN = __dirname.replace(/testing$/, '');

function stack(above: (message: unknown) => void): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, above);
  const frames = (holder.stack ?? '').split('\n').slice(1);
  const theirs = frames.filter((frame) => !frame.includes(OWN) && !/node:|[/\\]node_modules[/\\]/.test(frame));
  return (theirs.length > 0 ? theirs : frames).slice(0, 5).join('\n');
}
