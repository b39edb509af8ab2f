/**
 * `Logger`: what code that has something to say keeps.
 *
 * @twisted twisted.logger.Logger
 *
 * Left out: the namespace taken from the calling module (name it), `failureHandler` and `failuresHandled` (Python context
 * managers; catch and call `failure`).
 */
import { Failure } from '../failure';

import type { LogEvent, LogObserver } from './event';
import { InvalidLogLevelError, LogLevel } from './levels';
import type { LogPublisher } from './publisher';
import { globalLogPublisher } from './publisher';

/** The caller's own fields of an event, for `{name}` in the format and for observers. */
export type EventFields = Readonly<Record<string, unknown>>;

/** Options of `Logger`. */
export interface LoggerOptions {
  /** Where events come from, dotted: `twisted.internet.defer`. Default `''`. */
  readonly namespace?: string;
  /** The object that logs. Default null. */
  readonly source?: unknown;
  /** What receives the events; default `globalLogPublisher`. */
  readonly observer?: LogObserver | LogPublisher;
}

/**
 * Emits events at five levels.
 *
 * @example
 * const log = new Logger({ namespace: 'chat.server' });
 * log.info('{name} joined', { name });
 * d.addErrback((failure) => log.failure('While greeting {name}', failure, { name }));
 */
export class Logger {
  readonly namespace: string;
  readonly source: unknown;
  readonly observer: LogObserver;

  constructor(options: LoggerOptions = {}) {
    this.namespace = options.namespace ?? '';
    this.source = options.source ?? null;
    const observer = options.observer ?? globalLogPublisher;
    // Not by its class: the global publisher may be another copy's of this package.
    this.observer = typeof observer === 'function' ? observer : observer.publish;
  }

  /** Sends one event to the observer. A level there is not is itself logged, as a failure. */
  emit(level: LogLevel, format: string | null = null, event: EventFields = {}): void {
    if (!Object.hasOwn(LogLevel, level)) {
      this.failure('Got invalid log level {invalidLevel!r} in {logger}.emit().', new InvalidLogLevelError(level), {
        invalidLevel: level,
        logger: this,
      });
      return;
    }
    // Not `{ ...event, log_level: level, … }`: of that V8 makes a hidden class for nearly every event, which only a full collection
    // takes away. Seeds of a simulation whose hosts log a line or two take a tenth longer.
    const full: LogEvent = Object.assign({}, event, {
      log_level: level,
      log_namespace: this.namespace,
      log_source: this.source,
      log_format: format,
      log_logger: this,
    });
    this.observer(full);
  }

  debug(format: string | null, event?: EventFields): void {
    this.emit('debug', format, event);
  }

  info(format: string | null, event?: EventFields): void {
    this.emit('info', format, event);
  }

  warn(format: string | null, event?: EventFields): void {
    this.emit('warn', format, event);
  }

  error(format: string | null, event?: EventFields): void {
    this.emit('error', format, event);
  }

  critical(format: string | null, event?: EventFields): void {
    this.emit('critical', format, event);
  }

  /** Logs a failure (or an error, made into one) with its traceback. For what nobody expected: hence the level. */
  failure(format: string, failure: unknown, event: EventFields = {}, level: LogLevel = 'critical'): void {
    this.emit(level, format, { ...event, log_failure: Failure.isFailure(failure) ? failure : new Failure(failure) });
  }

  toString(): string {
    return `<Logger ${JSON.stringify(this.namespace)}>`;
  }
}
