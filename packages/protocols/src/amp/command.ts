/**
 * Commands: what one side can ask of the other, with the types of the arguments and of the answer.
 *
 * @twisted twisted.protocols.amp.Command
 *
 * A command is a class that is described by its static properties, as in Twisted; the types of calls and responders are
 * inferred from them. Errors are listed by code, since classes cannot be keys; and a command that extends another lists what
 * it takes over (`{ ...Base.errors, MORE: MoreError }`), where Twisted adds the lists up.
 */
import type { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IProtocol } from '@skein/reactor/interfaces';

import { AmpBox } from './ampBox';
import { InvalidSignature, RemoteAmpError, UnknownRemoteError } from './errors';
import { identifierOf } from './identifier';
import type { IBoxSender } from './interfaces';
import { objectsToStrings, type ReceivedObjects, type Schema, type SentObjects, stringsToObjects } from './schema';

/** A class of errors that can be made of a description. */
export type CommandError = new (message: string) => Error;

/** Codes, and the errors that go by them: one class, or several, of which the first is what a caller gets. */
export type CommandErrors = Readonly<Record<string, CommandError | readonly CommandError[]>>;

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- no field, and subclasses may have any
type Nothing = Readonly<Record<never, never>>;

/** What a command needs of a connection: `AMP` and `BoxDispatcher` have it. */
export interface CommandCaller {
  /** Where boxes go; null before the connection is made. */
  readonly boxSender: IBoxSender | null;
  /** Sends the box of a command; fires with the box of the answer, or is null when there will be none. */
  sendBoxCommand(command: string, box: AmpBox, requiresAnswer?: boolean): Deferred<AmpBox> | null;
}

/** A command: a class that extends `Command`. */
export interface CommandClass {
  new (...args: never[]): Command;
  readonly commandName: string;
  readonly arguments: Schema;
  readonly response: Schema;
  readonly errors: CommandErrors;
  readonly fatalErrors: CommandErrors;
  readonly requiresAnswer: boolean;
  makeArguments(objects: object, proto: unknown): AmpBox;
  makeResponse(objects: unknown, proto: unknown): AmpBox;
  parseArguments(box: AmpBox, proto: unknown): Record<string, unknown>;
  parseResponse(box: AmpBox, proto: unknown): Record<string, unknown>;
}

/** A command that leaves the connection to AMP: any but a `ProtocolSwitchCommand`. */
export type OrdinaryCommandClass = CommandClass & { readonly switchesProtocol?: false };

/** What a responder for the command is called with. */
export type ArgumentsOf<C extends CommandClass> = ReceivedObjects<C['arguments']>;

/** What a call of the command fires with. */
export type ResponseOf<C extends CommandClass> = ReceivedObjects<C['response']>;

/** What a responder for the command returns, or what its Deferred or promise comes to. */
export type AnswerOf<C extends CommandClass> = C extends { readonly switchesProtocol: true }
  ? IProtocol
  : SentObjects<C['response']>;

/** What follows the command in a call: its arguments, which may be left out when each of them may. */
export type CallArguments<C extends CommandClass> =
  Partial<SentObjects<C['arguments']>> extends SentObjects<C['arguments']>
    ? [args?: SentObjects<C['arguments']>]
    : [args: SentObjects<C['arguments']>];

/** What a call of the command returns: a Deferred, or null for one without an answer. */
export type CallResult<C extends CommandClass> = C['requiresAnswer'] extends false ? null : Deferred<ResponseOf<C>>;

/** A function that carries out a command. */
export type Responder<C extends CommandClass> = (
  args: ArgumentsOf<C>,
) => AnswerOf<C> | Deferred<AnswerOf<C>> | Promise<AnswerOf<C>>;

/** What keeps responders: `AMP` and `CommandLocator` do. */
export interface ResponderRegistry {
  /** Has `respond` carry out `command`, instead of whoever did. */
  addResponder<C extends CommandClass>(command: C, respond: Responder<C>): void;
}

/**
 * The base class of commands. Give `commandName` when a minifier may rename the class.
 *
 * @twisted twisted.protocols.amp.Command
 *
 * @example
 * class Divide extends Command {
 *   static override readonly commandName = 'Divide';
 *   static override readonly arguments = { numerator: Integer(), denominator: Integer() };
 *   static override readonly response = { result: Float() };
 *   static override readonly errors = { ZERO_DIVISION: ZeroDivisionError };
 * }
 * amp.callRemote(Divide, { numerator: 1, denominator: 3 }).addCallback(({ result }) => …);
 */
export class Command {
  /** The name on the wire: by default the name of the class. Characters up to U+00FF, one a byte. */
  declare static readonly commandName: string;
  /** The arguments, by their names on the wire. */
  static readonly arguments: Nothing = {};
  /** The values of the answer. */
  static readonly response: Nothing = {};
  /** The errors that callers get as they were raised. Others come as `UnknownRemoteError`, and end the connection. */
  static readonly errors: CommandErrors = {};
  /** As `errors`; but they end the connection. */
  static readonly fatalErrors: CommandErrors = {};
  /** Whether callers want an answer: `static override readonly requiresAnswer = false` makes `callRemote` return null. */
  static readonly requiresAnswer: boolean = true;
  /** What kind of box calls are. */
  static readonly commandType: new () => AmpBox = AmpBox;
  /** What kind of box answers are. */
  static readonly responseType: new () => AmpBox = AmpBox;

  static {
    // An accessor in disguise: the compiler forbids subclasses to override one by a field.
    Object.defineProperty(this, 'commandName', {
      get(this: { readonly name: string }) {
        return this.name;
      },
      configurable: true,
    });
  }

  /** What the command is called with. */
  readonly structured: Readonly<Record<string, unknown>>;

  /** Made by `callRemote`. Throws `InvalidSignature` when an argument was forgotten. */
  constructor(structured: object = {}) {
    this.structured = structured as Readonly<Record<string, unknown>>;
    const forgotten = Object.entries(this.command.arguments)
      .filter(([name, { optional }]) => !optional && this.structured[identifierOf(name)] === undefined)
      .map(([name]) => identifierOf(name));
    if (forgotten.length > 0) {
      throw new InvalidSignature(`forgot ${forgotten.join(', ')} for ${this.command.commandName}`);
    }
  }

  /** The command's class. */
  get command(): CommandClass {
    return this.constructor as unknown as CommandClass;
  }

  /** The box of a call. Throws `InvalidSignature` for an argument that the command does not have. */
  static makeArguments(objects: object, proto: unknown): AmpBox {
    const names = new Set(Object.keys(this.arguments).map(identifierOf));
    for (const name of Object.keys(objects)) {
      if (!names.has(name)) throw new InvalidSignature(`${name} is not a valid argument`);
    }
    return objectsToStrings(objects, this.arguments, new this.commandType(), proto);
  }

  /** The box of an answer. */
  static makeResponse(objects: unknown, proto: unknown): AmpBox {
    return objectsToStrings(objects, this.response, new this.responseType(), proto);
  }

  /** The arguments in a box. */
  static parseArguments(box: AmpBox, proto: unknown): Record<string, unknown> {
    return stringsToObjects(box, this.arguments, proto);
  }

  /** The answer in a box. */
  static parseResponse(box: AmpBox, proto: unknown): Record<string, unknown> {
    return stringsToObjects(box, this.response, proto);
  }

  /**
   * Has a function carry out this command for a connection, and returns it. (Twisted decorates methods; a field of the class
   * gives the function its types.)
   *
   * @example
   * class Calculator extends AMP {
   *   readonly sum = Sum.responder(this, ({ a, b }) => ({ total: a + b }));
   * }
   */
  static responder<C extends CommandClass>(this: C, locator: ResponderRegistry, respond: Responder<C>): Responder<C> {
    locator.addResponder(this, respond);
    return respond;
  }

  /** Sends the command; fires with the values of the answer, or is null when there will be none. What cannot be sent throws. */
  doCommand(proto: CommandCaller): Deferred<Record<string, unknown>> | null {
    const { command } = this;
    const box = command.makeArguments(this.structured, proto);
    const answer = proto.sendBoxCommand(command.commandName, box, command.requiresAnswer);
    if (answer === null) return null;
    return answer
      .addCallback((response) => command.parseResponse(response, proto))
      .addErrback((failure: Failure): never => {
        failure.trap(RemoteAmpError);
        const { errorCode, description } = failure.value as RemoteAmpError;
        throw new (errorOf(command, errorCode) ?? UnknownRemoteError)(description);
      });
  }
}

/** The classes of errors and their codes, in the order in which they are looked at. */
function* errorsOf(command: CommandClass): Generator<readonly [CommandError, code: string, fatal: boolean], void> {
  for (const [fatal, errors] of [[false, command.errors] as const, [true, command.fatalErrors] as const]) {
    for (const [code, classes] of Object.entries(errors)) {
      for (const errorClass of typeof classes === 'function' ? [classes] : classes) yield [errorClass, code, fatal];
    }
  }
}

/** The class of errors that goes by that code, or null. */
function errorOf(command: CommandClass, code: string): CommandError | null {
  for (const [errorClass, itsCode] of errorsOf(command)) if (itsCode === code) return errorClass;
  return null;
}

/** An error as the command's callers are told of it. What the command does not list is thrown as it is. */
export function asRemoteError(command: CommandClass, failure: Failure): RemoteAmpError {
  for (const [errorClass, code, fatal] of errorsOf(command)) {
    if (failure.check(errorClass) === null) continue;
    return new RemoteAmpError(code, failure.getErrorMessage(), { fatal, local: failure });
  }
  return failure.raiseException();
}
