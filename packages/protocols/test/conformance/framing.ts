/**
 * Replays the recorded scenarios of the area `framing` on this package's protocols.
 *
 * Lines are bytes in the recording: the receivers that deliver strings are run in latin1, where they are the same.
 */
import { formatEvent, globalLogPublisher, type LogEvent } from '@skein/reactor/logger';

import {
  BytesLineOnlyReceiver,
  BytesLineReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
  StatefulStringProtocol,
} from '../../src/basic';
import { connectionDone, type Protocol } from '../../src/protocol';
import { StatefulProtocol } from '../../src/stateful';

import type { Area } from '../../../reactor/test/conformance/area';
import { makeError } from '../../../reactor/test/conformance/errors';
import { decodeBytes, type Event, type Operation, type RunLengthCoded } from '../../../reactor/test/conformance/load';

import { lend } from '../lend';

import { framingDifferences, lineOnlyDifferences } from './framingDifferences';
import { latin1, raised } from './recording';

type Bytes = string | RunLengthCoded;

/** A recorded scenario. */
interface FramingCase {
  readonly name: string;
  readonly protocol: string;
  readonly options?: {
    readonly delimiter?: Bytes;
    readonly MAX_LENGTH?: number;
    readonly transport?: 'sync';
    readonly override?: readonly string[];
  };
  readonly react?: readonly (readonly [callback: string, n: number, actions: readonly Operation[]])[];
  readonly states?: Readonly<Record<string, unknown>>;
  readonly in: readonly Operation[];
}

/** What happened. */
interface FramingOutcome {
  readonly log: Event[];
  readonly end: Readonly<Record<string, unknown>>;
}

/** Any of the protocols under test, as the actions see it. */
type Subject = Protocol & Record<string, unknown>;

function call(subject: Subject, method: string, ...args: unknown[]): unknown {
  return (subject[method] as (...args: unknown[]) => unknown).apply(subject, args);
}

const CALLBACKS = [
  'lineReceived',
  'rawDataReceived',
  'stringReceived',
  'lineLengthExceeded',
  'lengthLimitExceeded',
] as const;
const DEFAULTED: readonly string[] = ['lineLengthExceeded', 'lengthLimitExceeded'];

type SubjectClass = abstract new () => Protocol;
const CLASSES: Readonly<Record<string, SubjectClass>> = {
  LineReceiver,
  LineOnlyReceiver,
  BytesLineReceiver,
  BytesLineOnlyReceiver,
  NetstringReceiver,
  Int8StringReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  StatefulProtocol,
  'StatefulStringProtocol+Int16StringReceiver': StatefulStringProtocol(Int16StringReceiver),
  'StatefulStringProtocol+NetstringReceiver': StatefulStringProtocol(NetstringReceiver),
};

/** Runs a scenario; `className` names another class than the recorded one to run it on. */
function replayFraming(scenario: FramingCase, className: string = scenario.protocol): FramingOutcome {
  const log: Event[] = [];
  const options = scenario.options ?? {};
  const counts = new Map<string, number>();
  let wanted: number | null = null;

  const base = CLASSES[className];
  if (base === undefined) throw new Error(`no class "${className}" to replay on`);
  const subject = new (base as new () => Protocol)() as Subject;

  const perform = (action: Operation, operation: boolean): { value: unknown } | null => {
    const [verb, ...args] = action;
    switch (verb) {
      case 'data': {
        const result = lend(subject, decodeBytes(args[0] as Bytes));
        if (operation && result !== undefined && result !== null) log.push(['returned', result]);
        return null;
      }
      case 'setRawMode':
        if (typeof args[0] === 'number') wanted = args[0];
        call(subject, 'setRawMode');
        return null;
      case 'setLineMode':
        if (args.length === 0) call(subject, 'setLineMode');
        else call(subject, 'setLineMode', decodeBytes(args[0] as Bytes));
        return null;
      case 'sendLine':
      case 'sendString':
        call(subject, verb, decodeBytes(args[0] as Bytes));
        return null;
      case 'loseConnection':
        subject.transport.loseConnection();
        return null;
      case 'clearLineBuffer':
        log.push(['cleared', latin1(call(subject, 'clearLineBuffer'))]);
        return null;
      case 'return':
        return { value: args[0] };
      case 'raise':
        throw makeError(args[0], args[1]);
      case 'set': {
        const [name, value] = args as [string, unknown];
        subject[name] = name === 'delimiter' || name === 'recvd' ? decodeBytes(value as Bytes) : value;
        return null;
      }
      case 'read':
        log.push(['read', args[0], latin1(subject[args[0] as string])]);
        return null;
      case 'pauseProducing':
      case 'resumeProducing':
      case 'stopProducing':
        call(subject, verb);
        return null;
      default:
        throw new Error(`no such action: ${verb}`);
    }
  };

  /** Runs the reactions of a callback, and returns what it is to return. */
  const react = (callback: string): unknown => {
    const n = (counts.get(callback) ?? 0) + 1;
    counts.set(callback, n);
    let result: unknown = undefined;
    for (const [name, when, actions] of scenario.react ?? []) {
      if (name !== callback || (when !== 0 && when !== n)) continue;
      for (const action of actions) {
        const returned = perform(action, false);
        if (returned !== null) result = returned.value;
      }
    }
    return result;
  };

  const override = (name: string, method: (...args: unknown[]) => unknown): void => {
    Object.defineProperty(subject, name, { value: method, configurable: true });
  };
  for (const name of CALLBACKS) {
    const original = subject[name] as ((...args: unknown[]) => unknown) | undefined;
    if (original === undefined || (name === 'stringReceived' && className.startsWith('StatefulString'))) continue;
    const keepsDefault = DEFAULTED.includes(name) && !(options.override ?? []).includes(name);
    override(name, (argument) => {
      log.push([name, latin1(argument)]);
      const result = react(name);
      if (name === 'rawDataReceived' && wanted !== null) {
        const data = argument as Buffer;
        const taken = Math.min(wanted, data.length);
        wanted -= taken;
        if (wanted === 0) {
          wanted = null;
          call(subject, 'setLineMode', data.subarray(taken));
        }
      }
      return keepsDefault ? original.call(subject, argument) : result;
    });
  }
  override('connectionLost', (reason) => {
    log.push(['connectionLost', (reason as typeof connectionDone).value.name]);
    react('connectionLost');
  });

  installStates(scenario, subject, log, react);

  let lost = false;
  const transport = {
    disconnecting: false,
    write(data: Buffer | string) {
      log.push(['write', latin1(data)]);
    },
    writeSequence(pieces: Iterable<Buffer | string>) {
      log.push(['write', [...pieces].map(latin1).join('')]);
    },
    loseConnection() {
      log.push(['loseConnection']);
      if (options.transport === 'sync') {
        if (lost) return;
        lost = true;
        subject.connectionLost(connectionDone);
      } else transport.disconnecting = true;
    },
    pauseProducing: () => log.push(['pauseProducing']),
    resumeProducing: () => log.push(['resumeProducing']),
    stopProducing: () => log.push(['stopProducing']),
  };

  if ('encoding' in subject && subject['encoding'] !== null) subject['encoding'] = 'latin1';
  if (options.delimiter !== undefined) subject['delimiter'] = decodeBytes(options.delimiter);
  if (options.MAX_LENGTH !== undefined) subject['MAX_LENGTH'] = options.MAX_LENGTH;
  subject.makeConnection(transport as never);

  const observer = (event: LogEvent): void => {
    log.push(['logged', formatEvent(event)]);
  };
  globalLogPublisher.addObserver(observer);
  for (const operation of scenario.in) {
    log.push(['in']);
    try {
      perform(operation, true);
    } catch (error) {
      log.push(raised(error));
    }
  }
  globalLogPublisher.removeObserver(observer);

  const end: Record<string, unknown> = {};
  for (const name of ['paused', 'line_mode', 'brokenPeer', 'state']) {
    if (name in subject) end[name] = subject[name];
  }
  return { log, end };
}

/** Gives a stateful protocol the handlers of the scenario. */
function installStates(
  { protocol, states = {} }: FramingCase,
  subject: Subject,
  log: Event[],
  react: (callback: string) => unknown,
): void {
  if (protocol.startsWith('StatefulStringProtocol')) {
    for (const [name, script] of Object.entries(states as Record<string, (string | null)[]>)) {
      const left = [...script];
      subject[`proto_${name}`] = (string: Buffer) => {
        log.push([`proto_${name}`, latin1(string)]);
        react(`proto_${name}`);
        return left.length > 0 ? left.shift() : name;
      };
    }
  } else if (protocol === 'StatefulProtocol') {
    type Entry = [size: number, next: (string | null)[]];
    const entries = states as Record<string, Entry>;
    const pairs = new Map<string, unknown>();
    const pairOf = (name: string): unknown => {
      const known = pairs.get(name);
      if (known !== undefined) return known;
      const entry = entries[name];
      if (entry === undefined) throw new Error(`no state "${name}" in the scenario`);
      const left = [...entry[1]];
      const pair = [
        (bytes: Buffer) => {
          log.push(['state', name, latin1(bytes)]);
          react('state');
          const next = left.shift() ?? null;
          return next === null ? null : pairOf(next);
        },
        entry[0],
      ];
      pairs.set(name, pair);
      return pair;
    };
    subject['getInitialState'] = () => pairOf('init');
  }
}

/** The area `framing`. */
export const framing: Area = {
  name: 'framing',
  observe: (scenario) => replayFraming(scenario as unknown as FramingCase),
  differences: framingDifferences,
};

/** The same for lines that are delivered as Buffers. */
export const linesOfBytes: Area = {
  name: 'framing',
  part: 'lines as Buffers',
  covers: ({ protocol }) => protocol === 'LineReceiver' || protocol === 'LineOnlyReceiver',
  observe: (scenario) => replayFraming(scenario as unknown as FramingCase, `Bytes${String(scenario['protocol'])}`),
  differences: lineOnlyDifferences,
};
