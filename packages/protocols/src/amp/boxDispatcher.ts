/**
 * Questions and answers: which box answers which, and who answers those that ask.
 *
 * @twisted twisted.protocols.amp.BoxDispatcher
 */
import { Deferred, fail, maybeDeferred } from '@skein/reactor/defer';
import { ConnectionLost, RuntimeError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IClientFactory } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import { reprBytes } from '../policies/reprBytes';

import { AmpBox, type BoxContents, QuitBox } from './ampBox';
import type { CallArguments, CallResult, Command, CommandCaller, CommandClass, OrdinaryCommandClass } from './command';
import {
  ANSWER,
  ASK,
  COMMAND,
  ERROR,
  ERROR_CODE,
  ERROR_DESCRIPTION,
  UNHANDLED_ERROR_CODE,
  UNKNOWN_ERROR_CODE,
} from './constants';
import { MalformedAmpBox, NoEmptyBoxes, ProtocolSwitched, RemoteAmpError, UnhandledCommand } from './errors';
import type { IBoxReceiver, IBoxSender, IResponderLocator } from './interfaces';
import type { ProtocolSwitchClass } from './protocolSwitch';

const log = new Logger({ namespace: 'skein.protocols.amp' });

/** Any call, for those that hand it on. */
export type AnyCall = readonly [command: CommandClass, OrdinaryCommandClass, ...args: unknown[]];

/** Makes a command and sends it. What is wrong with its arguments as a whole fails the Deferred; what cannot be sent throws. */
export function call(caller: CommandCaller, [command, ...args]: AnyCall): Deferred<Record<string, unknown>> | null {
  let made: Command;
  try {
    made = new (command as unknown as new (...args: unknown[]) => Command)(...args);
  } catch (error) {
    return fail(error);
  }
  return made.doCommand(caller);
}

/**
 * Sends commands, and gives each answer to the call that it answers; finds a responder for each command received, and sends
 * what it answers.
 *
 * @twisted twisted.protocols.amp.BoxDispatcher
 */
export class BoxDispatcher implements IBoxReceiver, CommandCaller {
  /** Where boxes go; null before `startReceivingBoxes`. */
  boxSender: IBoxSender | null = null;
  /** Who knows the responders. */
  locator: IResponderLocator;
  /** The calls that wait for an answer, by tag. */
  readonly #outstanding = new Map<string, Deferred<AmpBox>>();
  #failAllReason: Failure | null = null;
  #counter = 0;

  constructor(locator: IResponderLocator) {
    this.locator = locator;
  }

  startReceivingBoxes(boxSender: IBoxSender): void {
    this.boxSender = boxSender;
  }

  stopReceivingBoxes(reason: Failure): void {
    this.failAllOutgoing(reason);
  }

  /** Fails all calls that wait for an answer, and those to come. */
  failAllOutgoing(reason: Failure): void {
    this.#failAllReason = reason;
    const questions = [...this.#outstanding.values()];
    this.#outstanding.clear();
    for (const question of questions) question.errback(reason);
  }

  /**
   * Sends a box as a command: adds its name, and its tag when it is to be answered.
   *
   * @returns fires with the box of the answer, or fails with a `RemoteAmpError`, with `UnhandledCommand`, or with the reason of
   * the connection's end; null when there will be no answer. An error that nobody handles ends the connection.
   */
  sendBoxCommand(command: string, box: AmpBox, requiresAnswer = true): Deferred<AmpBox> | null {
    if (this.#failAllReason !== null) return requiresAnswer ? fail(this.#failAllReason) : null;
    if (this.boxSender === null) {
      throw new RuntimeError(`cannot call "${command}" before the connection is made, wanted a connection`);
    }
    box.set(COMMAND, Buffer.from(command, 'latin1'));
    this.#counter += 1;
    const tag = this.#counter.toString(16);
    if (requiresAnswer) box.set(ASK, tag);
    box.sendTo(this.boxSender);
    if (!requiresAnswer) return null;
    const question = new Deferred<AmpBox>();
    this.#outstanding.set(tag, question);
    return question;
  }

  /** Calls a command by its name, from box to box. */
  callRemoteString(command: string, contents?: BoxContents, requiresAnswer?: true): Deferred<AmpBox>;
  callRemoteString(command: string, contents: BoxContents, requiresAnswer: boolean): Deferred<AmpBox> | null;
  callRemoteString(command: string, contents: BoxContents = {}, requiresAnswer = true): Deferred<AmpBox> | null {
    return this.sendBoxCommand(command, new AmpBox(contents), requiresAnswer);
  }

  /** Calls a command. See `AMP.callRemote`. */
  callRemote<C extends ProtocolSwitchClass>(
    command: C,
    factory: IClientFactory,
    ...args: CallArguments<C>
  ): CallResult<C>;
  callRemote<C extends OrdinaryCommandClass>(command: C, ...args: CallArguments<C>): CallResult<C>;
  callRemote(...command: readonly unknown[]): unknown {
    return call(this, command as AnyCall);
  }

  /** Nobody handled an error: hands it to the sender of boxes. */
  unhandledError(failure: Failure): unknown {
    return this.boxSender?.unhandledError(failure);
  }

  /**
   * Takes a box: an answer, an error or a command.
   *
   * @throws NoEmptyBoxes for a box that is none of them
   * @throws MalformedAmpBox for one that answers nothing, or says not which error it is
   */
  ampBoxReceived(box: AmpBox): void {
    const answered = box.get(ANSWER);
    const failed = box.get(ERROR);
    const command = box.get(COMMAND);
    if (answered !== undefined) this.#answerReceived(box, answered);
    else if (failed !== undefined) this.#errorReceived(box, failed);
    else if (command !== undefined) this.#commandReceived(box, command);
    else
      throw new NoEmptyBoxes(`cannot take a box with the keys "${describeKeys(box)}", wanted a command or an answer`);
  }

  #answerReceived(box: AmpBox, tag: Buffer): void {
    const question = this.#question(tag);
    question.addErrback((failure: Failure) => this.unhandledError(failure));
    question.callback(box);
  }

  #errorReceived(box: AmpBox, tag: Buffer): void {
    const code = box.get(ERROR_CODE)?.toString('latin1');
    const description = box.get(ERROR_DESCRIPTION)?.toString('utf8');
    if (code === undefined || description === undefined) {
      throw new MalformedAmpBox('cannot take an error without a code and a description');
    }
    const question = this.#question(tag);
    question.addErrback((failure: Failure) => this.unhandledError(failure));
    question.errback(
      code === UNHANDLED_ERROR_CODE ? new UnhandledCommand(description) : new RemoteAmpError(code, description),
    );
  }

  /** The call that a tag stands for, which waits no longer. */
  #question(bytes: Buffer): Deferred<AmpBox> {
    const tag = bytes.toString('latin1');
    const question = this.#outstanding.get(tag);
    if (question === undefined) {
      throw new MalformedAmpBox(`cannot take an answer to ${reprBytes(bytes)}, which was not asked or is answered`);
    }
    this.#outstanding.delete(tag);
    return question;
  }

  #commandReceived(box: AmpBox, name: Buffer): void {
    const tag = box.get(ASK);
    const done: Deferred =
      tag === undefined
        ? this.dispatchCommand(box, name)
        : this.dispatchCommand(box, name)
            .addCallbacks(
              (answer) => answer.set(ANSWER, tag),
              (failure: Failure) => errorBox(failure).set(ERROR, tag),
            )
            .addCallback((answer) => this.#emit(answer));
    done.addErrback((failure: Failure) => this.unhandledError(failure));
  }

  /** Sends an answer; it is of no use that the connection is another's, or gone. */
  #emit(box: AmpBox): void {
    try {
      if (this.boxSender !== null) box.sendTo(this.boxSender);
    } catch (error) {
      if (!(error instanceof ProtocolSwitched || error instanceof ConnectionLost)) throw error;
    }
  }

  /** Has the command in a box carried out; fires with the box of the answer. */
  dispatchCommand(box: AmpBox, name: Buffer): Deferred<AmpBox> {
    return maybeDeferred((): Deferred<AmpBox> => {
      const responder = this.locator.locateResponder(name.toString('latin1'));
      if (responder !== null) return maybeDeferred(responder as (box: AmpBox) => Deferred<AmpBox>, box);
      const description = `Unhandled Command: ${reprBytes(name)}`;
      const local = new Failure(new UnhandledCommand(description));
      return fail(new RemoteAmpError(UNHANDLED_ERROR_CODE, description, { local }));
    });
  }
}

/** The box that tells of an error; of an unknown one no more than that it is, and it ends the connection. */
function errorBox(failure: Failure): AmpBox {
  const { value: error } = failure;
  if (!(error instanceof RemoteAmpError)) {
    log.failure('while receiving response to command', failure);
    return new QuitBox({ [ERROR_CODE]: UNKNOWN_ERROR_CODE, [ERROR_DESCRIPTION]: 'Unknown Error' });
  }
  const contents = {
    [ERROR_CODE]: Buffer.from(error.errorCode, 'latin1'),
    [ERROR_DESCRIPTION]: error.description,
  };
  return error.fatal ? new QuitBox(contents) : new AmpBox(contents);
}

function describeKeys(box: AmpBox): string {
  const keys = [...box.keys()].slice(0, 10).map((key) => JSON.stringify(key).slice(1, -1));
  return keys.join(', ') + (box.size > keys.length ? ', …' : '');
}
