/**
 * What is logged: an event is a plain object, and a message only when somebody formats it.
 *
 * @twisted twisted.logger event dictionaries, twisted.logger.formatEvent
 *
 * Left out: `log_time`. The core reads no clock; an observer that wants the time stamps events as it receives them.
 */
import { inspect } from 'node:util';

import { type Failure, isFailure } from '../failure';

import type { LogLevel } from './levels';
import type { Logger } from './logger';

/** One logged event: the fields named here, and the caller's own. */
export interface LogEvent {
  readonly log_level: LogLevel;
  readonly log_namespace: string;
  /** The object that logs, or null. */
  readonly log_source: unknown;
  /** The message with `{name}` fields; null for an event without a message. */
  readonly log_format: string | null;
  readonly log_logger: Logger | null;
  /** What failed, for events of `Logger.failure`. */
  readonly log_failure?: Failure;
  readonly [field: string]: unknown;
}

/** Receives events. What it throws costs it the event, not the program. */
export type LogObserver = (event: LogEvent) => void;

const FIELD = /\{\{|\}\}|\{([^{}]*)\}/g;

function lookUp(event: LogEvent, path: string): unknown {
  const wantsCall = path.endsWith('()');
  let value: unknown = event;
  for (const name of (wantsCall ? path.slice(0, -2) : path).split('.')) {
    if (value === null || value === undefined) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return wantsCall && typeof value === 'function' ? (value as () => unknown)() : value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isFailure(value)) return value.toString();
  return inspect(value, { depth: 1, breakLength: Infinity });
}

/**
 * The message of an event: `{name}` is the event's field `name`, `{a.b}` an attribute of it, `{f()}` the result of calling it,
 * `{name!r}` quotes strings, and `{{` is a brace. An event that cannot be formatted gives a message that says so; never throws.
 */
export function formatEvent(event: LogEvent): string {
  const format = event.log_format;
  if (format === null) return '';
  try {
    return format.replace(FIELD, (token, field: string | undefined) => {
      if (field === undefined) return token === '{{' ? '{' : '}';
      const [path = '', conversion] = field.split(/[!:]/, 2);
      const value = lookUp(event, path);
      return conversion === 'r' ? inspect(value, { depth: 1 }) : show(value);
    });
  } catch (error) {
    return `Unable to format event ${JSON.stringify(format)}: ${String(error)}`;
  }
}

/** The event as a line of text, with the traceback of its failure after it; an empty string for an event that says nothing. */
export function formatEventAsText(event: LogEvent, time = '-'): string {
  const message = formatEvent(event).replaceAll('\n', '\n\t');
  const traceback = event.log_failure === undefined ? '' : tracebackOf(event.log_failure);
  if (message === '' && traceback === '') return '';
  const body = [message, traceback.trimEnd()].filter((part) => part !== '').join('\n');
  return `${time} [${event.log_namespace}#${event.log_level}] ${body}\n`;
}

function tracebackOf(failure: Failure): string {
  try {
    return failure.getTraceback();
  } catch (error) {
    return `(unable to get the traceback: ${String(error)})`;
  }
}
