/**
 * Watching the log from tests.
 *
 * @twisted twisted.logger.capturedLogs, twisted.trial.unittest.SynchronousTestCase.flushLoggedErrors
 *
 * Logged errors are collected from `collectLoggedErrors()` on; `flushLoggedErrors(...types)` then returns them and forgets
 * them. What is left over at the end of a test is an error nobody expected.
 */
import type { ErrorType, Failure } from '../failure';

import type { LogEvent } from './event';
import { globalLogPublisher, type LogPublisher } from './publisher';

/** The events that `callable` logged, in order; what it throws comes out, and the events are lost. */
export function capturedLogs(callable: () => unknown, publisher: LogPublisher = globalLogPublisher): LogEvent[] {
  const events: LogEvent[] = [];
  const observer = (event: LogEvent): void => {
    events.push(event);
  };
  publisher.addObserver(observer);
  try {
    callable();
  } finally {
    publisher.removeObserver(observer);
  }
  return events;
}

/** An event that says what failed. */
export type FailureEvent = LogEvent & { readonly log_failure: Failure };

function isFailureEvent(event: LogEvent): event is FailureEvent {
  return event.log_failure !== undefined;
}

/** The errors logged since it was made, less those flushed. */
export class LoggedErrors {
  private events: readonly FailureEvent[] = [];
  private readonly publisher: LogPublisher;
  private readonly observe = (event: LogEvent): void => {
    if (isFailureEvent(event)) this.events = [...this.events, event];
  };

  constructor(publisher: LogPublisher = globalLogPublisher) {
    this.publisher = publisher;
    publisher.addObserver(this.observe);
  }

  /** Returns and forgets the collected failures of those types; without types, all. Reports unhandled Deferreds first. */
  flush(...errorTypes: readonly ErrorType[]): Failure[] {
    return this.flushEvents(...errorTypes).map((event) => event.log_failure);
  }

  /** The same, and returns the events with which they were logged. */
  flushEvents(...errorTypes: readonly ErrorType[]): readonly FailureEvent[] {
    for (const hook of flushHooks) hook();
    const wanted = ({ log_failure: failure }: FailureEvent): boolean =>
      errorTypes.length === 0 || failure.check(...errorTypes) !== null;
    const flushed = this.events.filter(wanted);
    this.events = this.events.filter((event) => !wanted(event));
    return flushed;
  }

  /** Ceases to collect. */
  stop(): void {
    this.publisher.removeObserver(this.observe);
    const index = collectors.indexOf(this);
    if (index !== -1) collectors.splice(index, 1);
  }
}

// Shared by the tests of a process, hence kept here; the newest collector answers.
const collectors: LoggedErrors[] = [];
const flushHooks = new Set<() => void>();

/** Calls `hook` before each flush, so that errors somebody keeps back are logged in time for it. */
export function beforeFlush(hook: () => void): void {
  flushHooks.add(hook);
}

/** Begins to collect logged errors, for `flushLoggedErrors`; `stop()` ends it. While it collects, nothing goes to standard error. */
export function collectLoggedErrors(): LoggedErrors {
  const collector = new LoggedErrors();
  collectors.push(collector);
  return collector;
}

/**
 * Returns the errors of the given types (without types: all) logged since `collectLoggedErrors()` or the last flush, and forgets
 * them. Errors waiting in Deferreds that nobody handled are reported first. Throws when nothing collects.
 *
 * @example
 * const logged = collectLoggedErrors();
 * protocol.dataReceived(Buffer.from('boom'));
 * expect(flushLoggedErrors(RangeError)).toHaveLength(1);
 * logged.stop();
 */
export function flushLoggedErrors(...errorTypes: readonly ErrorType[]): Failure[] {
  const collector = collectors.at(-1);
  if (collector === undefined) throw new Error('Cannot flush logged errors, call collectLoggedErrors() first');
  return collector.flush(...errorTypes);
}
