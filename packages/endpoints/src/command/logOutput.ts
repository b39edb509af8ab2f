/**
 * Where the log goes: standard error or a file, as text or as JSON.
 *
 * @twisted twisted.logger.textFileLogObserver, jsonFileLogObserver
 */
import { openSync, writeSync } from 'node:fs';

import { isFailure } from '@skein/reactor/failure';
import { formatEvent, isAtLeast, type LogEvent, type LogObserver, textFileLogObserver } from '@skein/reactor/logger';

import type { RunCommand } from './commandLine';
import { Ending, ExitStatus } from './exitStatus';

/** An observer for the whole program. Throws `Ending` when the file cannot be written. */
export function logOutput({
  log,
  logLevel,
  logFormat,
}: Pick<RunCommand, 'log' | 'logLevel' | 'logFormat'>): LogObserver {
  const descriptor = log === null ? 2 : open(log);
  const write = (text: string): void => {
    try {
      writeSync(descriptor, text);
    } catch {
      // A full disk or a terminal that is gone must not end the program; there is nowhere left to say so.
    }
  };
  const observe =
    logFormat === 'text'
      ? textFileLogObserver(write, { formatTime: now })
      : (event: LogEvent) => {
          write(jsonLine(event));
        };
  return (event) => {
    if (isAtLeast(event.log_level, logLevel)) observe(event);
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Ending(ExitStatus.CANNOT_CREATE, `cannot write the log "${path}": ${code}`, { cause: error });
  }
}

function now(): string {
  // eslint-disable-next-line no-restricted-syntax -- the time of day, for people
  return new Date().toISOString();
}

function jsonLine(event: LogEvent): string {
  const { log_level: level, log_namespace: namespace, log_failure: failure } = event;
  const line = {
    time: now(),
    level,
    namespace,
    message: formatEvent(event),
    ...(isFailure(failure) && { error: failure.value.stack ?? String(failure.value) }),
  };
  return `${JSON.stringify(line)}\n`;
}
