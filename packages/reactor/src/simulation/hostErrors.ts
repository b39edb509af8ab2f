/**
 * What went wrong on the hosts: the errors that were logged while a simulation was driven, and those that its boots rejected with.
 */
import { type ErrorType, Failure } from '../failure';
import { formatEvent, globalLogPublisher, type LogEvent } from '../logger';

import type { SimulatedNetwork } from './simulatedNetwork';

/** An error, and where it was: `host client: Unhandled error in dataReceived…`. */
export interface HostFailure {
  readonly where: string;
  readonly failure: Failure;
}

export class HostErrors {
  readonly #network: SimulatedNetwork;
  #errors: HostFailure[] = [];

  constructor(network: SimulatedNetwork) {
    this.#network = network;
  }

  /** Adds an error that was not logged. */
  add(where: string, error: unknown): void {
    this.#errors.push({ where, failure: new Failure(error) });
  }

  /** Takes what is logged, until the result is called. */
  observe(): () => void {
    globalLogPublisher.addObserver(this.#logged);
    return () => {
      globalLogPublisher.removeObserver(this.#logged);
    };
  }

  /** The first error, if there is any; the others are forgotten with it. */
  takeFirst(): HostFailure | undefined {
    const [first] = this.#errors;
    if (first !== undefined) this.#errors = [];
    return first;
  }

  /** Returns and forgets the errors of those types; without types, all. */
  flush(types: readonly ErrorType[]): Failure[] {
    const wanted = ({ failure }: HostFailure): boolean => types.length === 0 || failure.check(...types) !== null;
    const flushed = this.#errors.filter(wanted);
    this.#errors = this.#errors.filter((error) => !wanted(error));
    return flushed.map(({ failure }) => failure);
  }

  readonly #logged = (event: LogEvent): void => {
    const failure = event.log_failure;
    if (failure === undefined) return;
    const host = this.#network.running;
    this.#errors.push({ where: `${host === null ? '' : `host ${host.name}: `}${formatEvent(event)}`, failure });
  };
}
