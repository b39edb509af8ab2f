/**
 * `LogPublisher`: hands each event to every observer.
 *
 * @twisted twisted.logger.LogPublisher, twisted.logger.globalLogPublisher
 *
 * An observer that throws misses that event and hears the next; the others are told what happened, as in Twisted. While the
 * global publisher has no observer at all, warnings and worse go to standard error, so that no error passes unseen; add an
 * observer (`bitbucketLogObserver` for silence) and that ends. Left out: `log_trace`, buffering until logging begins.
 */
import { Failure } from '../failure';

import { formatEventAsText, type LogEvent, type LogObserver } from './event';
import { isAtLeast } from './levels';
import { writeStandardError } from './standardError';

/** Fans events out to observers, in the order they were added. */
export class LogPublisher {
  private observers: readonly LogObserver[];
  private readonly lastResort: LogObserver | null;

  /** The publisher as an observer: sends an event to each of its observers. */
  readonly publish: LogObserver = (event) => {
    const { observers } = this;
    if (observers.length === 0) {
      this.lastResort?.(event);
      return;
    }
    let broken: [LogObserver, Failure][] | null = null;
    for (const observer of observers) {
      try {
        observer(event);
      } catch (error) {
        (broken ??= []).push([observer, new Failure(error)]);
      }
    }
    if (broken !== null) for (const [observer, failure] of broken) this.reportBroken(observer, failure);
  };

  /**
   * @param observers - the first observers
   * @param lastResort - gets the events for as long as there is no observer; default: nobody does
   */
  constructor(observers: Iterable<LogObserver> = [], lastResort: LogObserver | null = null) {
    this.observers = [...observers];
    this.lastResort = lastResort;
  }

  /** Adds an observer; one that is there already stays where it is. Throws `TypeError` for what cannot be called. */
  addObserver(observer: LogObserver): void {
    if (typeof observer !== 'function') throw new TypeError(`Observer is not callable: ${String(observer)}`);
    if (!this.observers.includes(observer)) this.observers = [...this.observers, observer];
  }

  /** Takes an observer out; one that is not there is no error. */
  removeObserver(observer: LogObserver): void {
    this.observers = this.observers.filter((each) => each !== observer);
  }

  /** Tells the others what an observer threw: through a publisher without it, so that its failing cannot repeat itself. */
  private reportBroken(observer: LogObserver, failure: Failure): void {
    const others = new LogPublisher(
      this.observers.filter((each) => each !== observer),
      this.lastResort,
    );
    others.publish({
      log_level: 'critical',
      log_namespace: 'twisted.logger.LogPublisher',
      log_source: this,
      log_format: 'Temporarily disabling observer {observer} due to exception: {log_failure}',
      log_logger: null,
      log_failure: failure,
      observer,
    });
  }
}

/** Drops every event. */
export const bitbucketLogObserver: LogObserver = () => undefined;

/** Writes each event as text, its failure's traceback included: `textFileLogObserver((text) => stream.write(text))`. */
export function textFileLogObserver(
  write: (text: string) => unknown,
  options: {
    /** What stands at the beginning of each event, for observers that know the time; default `-`. */
    readonly formatTime?: () => string;
  } = {},
): LogObserver {
  return (event: LogEvent) => {
    const text = formatEventAsText(event, options.formatTime?.());
    if (text !== '') write(text);
  };
}

const standardErrorObserver = textFileLogObserver(writeStandardError);

const GLOBAL = Symbol.for('@skein/reactor.globalLogPublisher');
const globals = globalThis as { [GLOBAL]?: LogPublisher };

/** Where loggers send their events unless told otherwise. One for all copies of this module in the process. */
export const globalLogPublisher: LogPublisher = (globals[GLOBAL] ??= new LogPublisher([], (event) => {
  if (isAtLeast(event.log_level, 'warn')) standardErrorObserver(event);
}));
