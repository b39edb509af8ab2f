/**
 * Logging: a small `Logger`, a publisher, observers.
 *
 * @twisted twisted.logger
 *
 * Code logs events (objects with a format and fields); observers decide what becomes of them. Left out: filters, JSON files,
 * the bridge to Python's `logging`.
 */
export { capturedLogs, collectLoggedErrors, type FailureEvent, flushLoggedErrors, LoggedErrors } from './capture';
export { formatEvent, formatEventAsText, type LogEvent, type LogObserver } from './event';
export { InvalidLogLevelError, isAtLeast, levelWithName, LogLevel } from './levels';
export { type EventFields, Logger, type LoggerOptions } from './logger';
export { bitbucketLogObserver, globalLogPublisher, LogPublisher, textFileLogObserver } from './publisher';
