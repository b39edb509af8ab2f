/**
 * Instrumentation: what a reactor does, for observers that watch and do not steer.
 *
 * Names are in the past tense. Nothing is published while nobody listens (`observed` is false), so that it is free then. An
 * observer that throws is reported and removed; it never reaches a protocol, and the other observers hear the event.
 */
import { EventEmitter } from 'eventemitter3';

import type { Failure } from '../failure';
import type { IAddress, IConnector, IDelayedCall, IListeningPort, ITransport } from '../interfaces';

import { anySubscriber, publishOnChannel } from './diagnosticsChannels';

/** The events of `reactor.events`, with their arguments. Counts are in bytes. */
export interface ReactorEventMap {
  /** A connector begins to connect: for the first time, or again. */
  connectingStarted: [connector: IConnector];
  connectionMade: [transport: ITransport];
  connectionLost: [transport: ITransport, reason: Failure];
  bytesRead: [transport: ITransport, count: number];
  bytesWritten: [transport: ITransport, count: number];
  delayedCallScheduled: [call: IDelayedCall];
  delayedCallRan: [call: IDelayedCall];
  listeningStarted: [port: IListeningPort, address: IAddress];
  listeningStopped: [port: IListeningPort, address: IAddress];
  /** User code threw. `where` says what was being called, for example `'dataReceived'`. */
  userCodeFailed: [where: string, failure: Failure];
}

type EventName = keyof ReactorEventMap;
type Observer<K extends EventName> = (...args: ReactorEventMap[K]) => void;

/**
 * `reactor.events`.
 *
 * @example
 * reactor.events.on('connectionMade', (transport) => console.log(String(transport.getPeer())));
 */
export class ReactorEvents {
  readonly #emitter = new EventEmitter();
  readonly #reportFailure: (event: string, error: unknown) => void;
  readonly #driver: string;
  #observed = false;

  /** @param driver - the name of the reactor's driver, for subscribers of diagnostics channels */
  constructor(reportFailure: (event: string, error: unknown) => void, driver = '') {
    this.#reportFailure = reportFailure;
    this.#driver = driver;
  }

  /** Whether anybody listens to anything, here or on a diagnostics channel. */
  get observed(): boolean {
    return this.#observed || anySubscriber();
  }

  /** Has `observer` called at every `event`. */
  on<K extends EventName>(event: K, observer: Observer<K>): this {
    this.#emitter.on(event, observer as (...args: unknown[]) => void);
    this.#observed = true;
    return this;
  }

  /** Takes `observer` off again. */
  off<K extends EventName>(event: K, observer: Observer<K>): this {
    this.#emitter.off(event, observer as (...args: unknown[]) => void);
    this.#observed = this.#emitter.eventNames().length > 0;
    return this;
  }

  /** Tells the observers of `event`. For the reactor. */
  publish<K extends EventName>(event: K, ...args: ReactorEventMap[K]): void {
    for (const observer of this.#emitter.listeners(event)) {
      try {
        observer(...args);
      } catch (error) {
        this.off(event, observer);
        this.#reportFailure(event, error);
      }
    }
    publishOnChannel(event, args, this.#driver);
  }
}
