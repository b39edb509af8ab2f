import { Failure } from '../../src/failure';
import {
  bitbucketLogObserver,
  capturedLogs,
  collectLoggedErrors,
  flushLoggedErrors,
  formatEvent,
  formatEventAsText,
  globalLogPublisher,
  InvalidLogLevelError,
  isAtLeast,
  levelWithName,
  type LogEvent,
  Logger,
  LogLevel,
  LogPublisher,
  textFileLogObserver,
} from '../../src/logger';
import type * as LoggerModule from '../../src/logger';

function collecting(): { events: LogEvent[]; observer: (event: LogEvent) => void } {
  const events: LogEvent[] = [];
  return { events, observer: (event) => events.push(event) };
}

/** What is written to standard error while `action` runs. */
function standardError(action: () => void): string {
  let text = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    action();
  } finally {
    write.mockRestore();
  }
  return text;
}

describe('Logger', () => {
  it.each(['debug', 'info', 'warn', 'error', 'critical'] as const)(
    'Logger.%s emits an event of that level',
    (level) => {
      const { events, observer } = collecting();
      const source = {};
      const log = new Logger({ namespace: 'a.b', source, observer });
      log[level]('{who} did it', { who: 'Ada' });
      expect(events).toEqual([
        {
          log_level: level,
          log_namespace: 'a.b',
          log_source: source,
          log_format: '{who} did it',
          log_logger: log,
          who: 'Ada',
        },
      ]);
    },
  );

  it('Logger.failure emits a critical event with the failure, and makes one of an error', () => {
    const { events, observer } = collecting();
    const failure = new Failure(new Error('x'));
    const log = new Logger({ observer });
    log.failure('while {doing}', failure, { doing: 'that' });
    log.failure('', failure.value, {}, 'error');
    expect(events[0]).toMatchObject({ log_level: 'critical', log_failure: failure, doing: 'that' });
    expect(events[1]?.log_level).toBe('error');
    expect(events[1]?.log_failure?.value).toBe(failure.value);
  });

  it('Logger.emit logs an unknown level as a failure', () => {
    const { events, observer } = collecting();
    new Logger({ observer }).emit('loud' as LogLevel, 'x');
    expect(events.map((event) => event.log_failure?.check(InvalidLogLevelError))).toEqual([InvalidLogLevelError]);
  });

  it('Logger takes a publisher as its observer', () => {
    const { events, observer } = collecting();
    new Logger({ observer: new LogPublisher([observer]) }).info('x');
    expect(events).toHaveLength(1);
  });

  it('formatEvent fills fields, paths, calls and quotes', () => {
    const event = { a: 'text', o: { b: [1] }, f: () => 7, n: null };
    const format = (log_format: string): string => formatEvent({ ...event, log_format } as unknown as LogEvent);
    expect(format('{a} {a!r} {o.b} {f()} {n} {missing} {{x}}')).toBe("text 'text' [ 1 ] 7 null undefined {x}");
  });

  it('formatEvent says so when a field cannot be formatted', () => {
    const event = {
      log_format: '{f()}',
      f: () => {
        throw new Error('no');
      },
    };
    expect(formatEvent(event as unknown as LogEvent)).toBe('Unable to format event "{f()}": Error: no');
  });

  it('formatEventAsText has namespace, level, message and traceback, and nothing for an empty event', () => {
    const { events, observer } = collecting();
    const log = new Logger({ namespace: 'n', observer });
    log.failure('oh', new RangeError('far'));
    log.info(null);
    expect(formatEventAsText(events[0] as LogEvent)).toMatch(
      /^- \[n#critical\] oh\nTraceback: RangeError: far\n {4}at /,
    );
    expect(formatEventAsText(events[1] as LogEvent)).toBe('');
  });

  it('LogLevel orders and finds levels', () => {
    expect(isAtLeast(LogLevel.error, 'warn')).toBe(true);
    expect(isAtLeast('info', LogLevel.warn)).toBe(false);
    expect(levelWithName('warn')).toBe('warn');
    expect(() => levelWithName('loud')).toThrow(InvalidLogLevelError);
  });
});

describe('LogPublisher', () => {
  it('LogPublisher hands events to its observers in order, each once', () => {
    const seen: string[] = [];
    const one = (): void => void seen.push('one');
    const publisher = new LogPublisher([one]);
    publisher.addObserver(() => seen.push('two'));
    publisher.addObserver(one);
    new Logger({ observer: publisher }).info('x');
    publisher.removeObserver(one);
    publisher.removeObserver(one);
    new Logger({ observer: publisher }).info('x');
    expect(seen).toEqual(['one', 'two', 'two']);
  });

  it('LogPublisher.addObserver throws TypeError for what cannot be called', () => {
    expect(() => new LogPublisher().addObserver('x' as never)).toThrow(TypeError);
  });

  it('LogPublisher tells the others what an observer threw, and goes on calling it', () => {
    const { events, observer } = collecting();
    let calls = 0;
    const publisher = new LogPublisher([
      () => {
        calls++;
        throw new RangeError('broken');
      },
      observer,
    ]);
    const log = new Logger({ observer: publisher });
    log.info('one');
    log.info('two');
    expect(calls).toBe(2);
    expect(events.map((event) => event.log_failure?.value.message ?? event.log_format)).toEqual([
      'one',
      'broken',
      'two',
      'broken',
    ]);
  });

  it('globalLogPublisher writes warnings and worse to standard error while nobody observes', () => {
    const log = new Logger({ namespace: 'n' });
    const text = standardError(() => {
      log.info('quiet');
      log.warn('loud');
      log.failure('', new RangeError('far'));
    });
    expect(text).toMatch(/^- \[n#warn\] loud\n- \[n#critical\] Traceback: RangeError: far\n/);
  });

  it('globalLogPublisher writes nothing to standard error once somebody observes', () => {
    globalLogPublisher.addObserver(bitbucketLogObserver);
    try {
      expect(
        standardError(() => {
          new Logger().critical('x');
        }),
      ).toBe('');
    } finally {
      globalLogPublisher.removeObserver(bitbucketLogObserver);
    }
  });

  it('globalLogPublisher is one for all copies of the module', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module is wanted
      const other = require('../../src/logger') as typeof LoggerModule;
      expect(other.globalLogPublisher).toBe(globalLogPublisher);
    });
  });

  it('textFileLogObserver writes what the event says, with the time it is given', () => {
    const written: string[] = [];
    const observer = textFileLogObserver((text) => written.push(text), { formatTime: () => '12:00' });
    new Logger({ namespace: 'n', observer }).info('two\nlines');
    new Logger({ observer }).info('');
    expect(written).toEqual(['12:00 [n#info] two\n\tlines\n']);
  });
});

describe('the log in tests', () => {
  it('capturedLogs gives the events of a call and lets go, even when it throws', () => {
    const log = new Logger();
    expect(
      capturedLogs(() => {
        log.info('x');
      }).map((event) => event.log_format),
    ).toEqual(['x']);
    expect(() =>
      capturedLogs(() => {
        throw new Error('out');
      }),
    ).toThrow('out');
  });

  it('flushLoggedErrors gives logged errors of the wanted types and forgets them', () => {
    const logged = collectLoggedErrors();
    new Logger().failure('', new RangeError('r'));
    new Logger().failure('', new TypeError('t'));
    expect(flushLoggedErrors(RangeError).map(({ value }) => value.message)).toEqual(['r']);
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['t']);
    expect(flushLoggedErrors()).toEqual([]);
    logged.stop();
    expect(() => flushLoggedErrors()).toThrow('call collectLoggedErrors() first');
  });
});
