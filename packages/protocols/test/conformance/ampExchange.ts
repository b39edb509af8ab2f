/**
 * Replays recorded exchanges: two AMP peers, and a script of what each calls and what is delivered when.
 */
import { Deferred } from '@skein/reactor/defer';
import { ConnectionDone, ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { Bytes } from '@skein/reactor/interfaces';
import { globalLogPublisher, type LogEvent } from '@skein/reactor/logger';

import { makeError } from '../../../reactor/test/conformance/errors';
import { decodeText, type Event, type Operation, type RecordedCase, type RunLengthCoded } from '../../../reactor/test/conformance/load';
import * as amp from '../../src/amp';
import { RecordingTransport } from '../recordingTransport';

import { objectsOf, type RecordedFields, renderedBox, renderedError, renderedObjects, schemaOf } from './ampValues';

type Side = 'client' | 'server';
type Pairs = readonly (readonly [string, string])[];
type Recorded = Readonly<Record<string, unknown>>;

interface RecordedCommand {
  readonly arguments?: RecordedFields;
  readonly response?: RecordedFields;
  readonly errors?: readonly (readonly [name: string, code: string])[];
  readonly fatalErrors?: readonly (readonly [name: string, code: string])[];
  readonly commandName?: string;
  readonly requiresAnswer?: boolean;
}

/** The class of application errors of that name. */
function errorClass(name: string): amp.CommandError {
  return makeError(name, '').constructor as amp.CommandError;
}

function errorsOf(list: RecordedCommand['errors'] = []): amp.CommandErrors {
  const errors: Record<string, amp.CommandError[]> = {};
  for (const [name, code] of list) (errors[code] ??= []).push(errorClass(name));
  return errors;
}

function commandOf(name: string, recorded: RecordedCommand): amp.CommandClass {
  return class extends amp.Command {
    static override readonly commandName = recorded.commandName ?? name;
    static override readonly arguments = schemaOf(recorded.arguments ?? []);
    static override readonly response = schemaOf(recorded.response ?? []);
    static override readonly errors = errorsOf(recorded.errors);
    static override readonly fatalErrors = errorsOf(recorded.fatalErrors);
    static override readonly requiresAnswer: boolean = recorded.requiresAnswer ?? true;
  };
}

/** The bytes of recorded hexadecimal. */
export function fromHex(hex: unknown): Buffer {
  return Buffer.from(decodeText(hex as string | RunLengthCoded), 'hex');
}

/** The reason of that name. */
export function reasonOf(name: unknown): Failure {
  return new Failure(name === 'ConnectionLost' ? new ConnectionLost() : new ConnectionDone());
}

/** One end: it keeps what was written and not yet delivered. */
class End extends RecordingTransport {
  readonly side: Side;
  readonly log: Event[];
  unread: Buffer[] = [];

  constructor(side: Side, log: Event[]) {
    super();
    this.side = side;
    this.log = log;
  }

  override write(data: Bytes): void {
    this.log.push(['write', this.side, Buffer.from(data as Uint8Array).toString('hex')]);
    this.unread.push(Buffer.from(data as Uint8Array));
  }

  override loseConnection(): void {
    this.log.push(['loseConnection', this.side]);
  }
}

class Exchange {
  readonly log: Event[] = [];
  readonly #commands: Readonly<Record<string, RecordedCommand>>;
  readonly #classes: Readonly<Record<string, amp.CommandClass>>;
  readonly #deferreds = new Map<string, Deferred<never>>();
  readonly #calls = new Map<string, Deferred>();
  readonly #peers: Readonly<Record<Side, amp.AMP>> = { client: new amp.AMP(), server: new amp.AMP() };
  readonly #ends: Readonly<Record<Side, End>>;

  constructor(scenario: RecordedCase) {
    this.#ends = { client: new End('client', this.log), server: new End('server', this.log) };
    this.#commands = (scenario['commands'] ?? {}) as Record<string, RecordedCommand>;
    this.#classes = Object.fromEntries(
      Object.entries(this.#commands).map(([name, recorded]) => [name, commandOf(name, recorded)]),
    );
    for (const side of ['client', 'server'] as const) {
      const high = (scenario['responders'] as Record<string, Record<string, Operation[]>> | undefined)?.[side] ?? {};
      for (const [name, steps] of Object.entries(high)) this.#respond(side, name, [...steps]);
      const low = (scenario['stringResponders'] as Record<string, Record<string, Pairs>> | undefined)?.[side] ?? {};
      for (const [name, pairs] of Object.entries(low)) this.#respondString(side, name, pairs);
    }
  }

  #respond(side: Side, name: string, steps: Operation[]): void {
    this.#peers[side].addResponder(this.#classes[name]!, (args) => {
      this.log.push(['respond', side, name, renderedObjects(args, this.#commands[name]!.arguments ?? [])]);
      const [verb, ...rest] = (steps.length > 1 ? steps.shift() : steps[0])!;
      if (verb === 'raise') throw makeError(rest[0], rest[1]);
      if (verb === 'return') return objectsOf(rest[0] as Recorded) as never;
      if (verb === 'none') return null as never;
      const deferred = new Deferred<never>();
      this.#deferreds.set(rest[0] as string, deferred);
      return deferred;
    });
  }

  #respondString(side: Side, name: string, pairs: Pairs): void {
    Object.assign(this.#peers[side], {
      [`amp_${name}`]: (box: amp.AmpBox) => {
        this.log.push(['respondString', side, name, renderedBox(box)]);
        return new amp.AmpBox(pairs.map(([key, value]) => [key, Buffer.from(value, 'latin1')]));
      },
    });
  }

  run(ops: readonly Operation[]): unknown {
    const observe = (event: LogEvent): void => {
      if (event.log_failure !== undefined) this.log.push(['logged', ...renderedError(event.log_failure.value)]);
    };
    globalLogPublisher.addObserver(observe);
    try {
      this.#peers.server.makeConnection(this.#ends.server);
      this.#peers.client.makeConnection(this.#ends.client);
      for (const op of ops) {
        this.log.push(['op']);
        try {
          this.#perform(op);
        } catch (error) {
          this.log.push(['raised', ...(op[0].startsWith('call') ? [op[2]] : []), ...renderedError(error)]);
        }
      }
    } finally {
      globalLogPublisher.removeObserver(observe);
    }
    return { log: this.log };
  }

  #perform([verb, first, ...rest]: Operation): void {
    const side = first as Side;
    switch (verb) {
      case 'call': {
        const [id, name, args, handled = true] = rest as [string, string, Recorded, boolean?];
        const command = this.#classes[name]!;
        const called = this.#peers[side].callRemote(command, objectsOf(args) as never);
        const fields = this.#commands[name]!.response ?? [];
        this.#watch(id, called, (objects) => renderedObjects(objects as Recorded, fields), handled);
        return;
      }
      case 'callString': {
        const [id, name, , requiresAnswer = true] = rest as [string, string, object, boolean?];
        const render = (box: unknown): unknown => ({
          dict: Object.fromEntries([...(box as amp.AmpBox)].map(([k, v]) => [k, { bytes: v.toString('latin1') }])),
        });
        this.#watch(id, this.#peers[side].callRemoteString(name, {}, requiresAnswer), render, true);
        return;
      }
      case 'deliver':
        this.#deliver(side);
        return;
      case 'pump':
        for (let more = true; more;) {
          more = this.#deliver('server');
          more = this.#deliver('client') || more;
        }
        return;
      case 'inject':
        this.#peers[side].dataReceived(fromHex(rest[0]));
        return;
      case 'lost':
        this.#peers[side].connectionLost(reasonOf(rest[0]));
        return;
      case 'fire':
        this.#deferreds.get(first as string)!.callback(objectsOf(rest[0] as Recorded) as never);
        return;
      case 'firefail':
        this.#deferreds.get(first as string)!.errback(makeError(rest[0], rest[1]));
        return;
      case 'cancel':
        this.#calls.get(first as string)!.cancel();
        return;
      default:
        throw new Error(`there is no operation ${verb}`);
    }
  }

  #watch(id: string, called: Deferred | null, render: (result: unknown) => unknown, handled: boolean): void {
    if (called === null) {
      this.log.push(['noanswer', id]);
      return;
    }
    this.#calls.set(id, called);
    called.addCallbacks(
      (result) => {
        this.log.push(['result', id, render(result)]);
      },
      (failure) => {
        this.log.push(['result', id, { err: renderedError(failure.value) }]);
        if (!handled) failure.raiseException();
      },
    );
  }

  /** Gives a side what the other has written; whether there was anything. */
  #deliver(to: Side): boolean {
    const from = this.#ends[to === 'server' ? 'client' : 'server'];
    const bytes = Buffer.concat(from.unread);
    from.unread = [];
    if (bytes.length > 0) this.#peers[to].dataReceived(bytes);
    return bytes.length > 0;
  }
}

/** Replays an exchange. */
export function observeExchange(scenario: RecordedCase): unknown {
  return new Exchange(scenario).run(scenario['ops'] as readonly Operation[]);
}
