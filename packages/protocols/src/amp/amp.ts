/**
 * AMP, the Asynchronous Messaging Protocol: commands in both directions of one connection.
 *
 * @twisted twisted.protocols.amp.AMP
 */
import type { Deferred } from '@skein/reactor/defer';
import type { Failure } from '@skein/reactor/failure';
import type { IAddress, IClientFactory, ITCPTransport, ITransport } from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';

import type { AmpBox, BoxContents } from './ampBox';
import { BinaryBoxProtocol } from './binaryBoxProtocol';
import { type AnyCall, BoxDispatcher, call } from './boxDispatcher';
import type {
  CallArguments,
  CallResult,
  CommandCaller,
  CommandClass,
  OrdinaryCommandClass,
  Responder,
  ResponderRegistry,
} from './command';
import { CommandLocator, locateByName } from './commandLocator';
import type { BoxResponder, IBoxReceiver, IBoxSender, IResponderLocator } from './interfaces';
import type { ProtocolSwitchClass } from './protocolSwitch';

const log = new Logger({ namespace: 'skein.protocols.amp' });

/** Options of `AMP`. */
export interface AMPOptions {
  /** Who takes the boxes; by default the connection itself, which keeps questions and answers together. */
  readonly boxReceiver?: IBoxReceiver;
  /** Who knows the responders; by default the connection itself. */
  readonly locator?: IResponderLocator;
}

/**
 * An AMP connection. Add responders in a subclass, and call what the other side responds to; there is no client and no server.
 *
 * @twisted twisted.protocols.amp.AMP
 *
 * @example
 * class Calculator extends AMP {
 *   readonly sum = Sum.responder(this, ({ a, b }) => ({ total: a + b }));
 * }
 * const { total } = await amp.callRemote(Sum, { a: 1, b: 2 });
 */
export class AMP
  extends BinaryBoxProtocol
  implements IBoxReceiver, IResponderLocator, ResponderRegistry, CommandCaller
{
  /** What the names of low-level responders begin with: `amp_` and the command's name in capitals, from box to box. */
  baseDispatchPrefix = 'amp_';

  readonly #dispatcher: BoxDispatcher;
  readonly #commands: CommandLocator;
  #ends: { readonly host: IAddress; readonly peer: IAddress } | null = null;

  constructor(options: AMPOptions = {}) {
    // The receiver may be the object itself, which is there only once its base is.
    super(null as unknown as IBoxReceiver);
    this.boxReceiver = options.boxReceiver ?? this;
    this.#dispatcher = new BoxDispatcher(options.locator ?? this);
    this.#commands = new CommandLocator(this);
  }

  get boxSender(): IBoxSender | null {
    return this.#dispatcher.boxSender;
  }

  /**
   * Calls a command. An argument that was forgotten fails the Deferred, with `InvalidSignature`; one that the command does not
   * have, and a value that cannot be sent, throw.
   *
   * @returns fires with the values of the answer; fails with an error that the command lists, with `UnknownRemoteError`, with
   * `UnhandledCommand`, or with the reason of the connection's end. An error that nobody handles is logged, and ends the
   * connection. Null for a command that requires no answer.
   *
   * @example
   * amp.callRemote(Divide, { numerator: 1, denominator: 0 }).addErrback((failure) => failure.trap(ZeroDivisionError));
   */
  callRemote<C extends ProtocolSwitchClass>(
    command: C,
    factory: IClientFactory,
    ...args: CallArguments<C>
  ): CallResult<C>;
  callRemote<C extends OrdinaryCommandClass>(command: C, ...args: CallArguments<C>): CallResult<C>;
  callRemote(...command: readonly unknown[]): unknown {
    return call(this, command as AnyCall);
  }

  /**
   * Calls a command by its name, from box to box.
   *
   * @returns fires with the box of the answer; null without an answer
   */
  callRemoteString(command: string, contents?: BoxContents, requiresAnswer?: true): Deferred<AmpBox>;
  callRemoteString(command: string, contents: BoxContents, requiresAnswer: boolean): Deferred<AmpBox> | null;
  callRemoteString(command: string, contents: BoxContents = {}, requiresAnswer = true): Deferred<AmpBox> | null {
    return this.#dispatcher.callRemoteString(command, contents, requiresAnswer);
  }

  sendBoxCommand(command: string, box: AmpBox, requiresAnswer = true): Deferred<AmpBox> | null {
    return this.#dispatcher.sendBoxCommand(command, box, requiresAnswer);
  }

  addResponder<C extends CommandClass>(command: C, respond: Responder<C>): void {
    this.#commands.addResponder(command, respond);
  }

  locateResponder(name: string): BoxResponder | null {
    return this.#commands.locateResponder(name) ?? locateByName(this, this.baseDispatchPrefix, name);
  }

  startReceivingBoxes(boxSender: IBoxSender): void {
    this.#dispatcher.startReceivingBoxes(boxSender);
  }

  /** A box came. Throws `NoEmptyBoxes` or `MalformedAmpBox` for one that means nothing; `dataReceived` then loses the connection. */
  ampBoxReceived(box: AmpBox): void {
    this.#dispatcher.ampBoxReceived(box);
  }

  stopReceivingBoxes(reason: Failure): void {
    this.#dispatcher.stopReceivingBoxes(reason);
  }

  override makeConnection(transport: ITransport): unknown {
    this.#ends = { host: transport.getHost(), peer: transport.getPeer() };
    log.info('{name} connection established (HOST:{host} PEER:{peer})', { name: this.logPrefix(), ...this.#ends });
    return super.makeConnection(transport);
  }

  override connectionLost(reason: Failure): void {
    log.info('{name} connection lost (HOST:{host} PEER:{peer})', { name: this.logPrefix(), ...this.#ends });
    super.connectionLost(reason);
    this.transport = null as unknown as ITCPTransport;
  }
}
