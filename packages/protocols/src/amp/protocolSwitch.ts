/**
 * From AMP to another protocol, in the middle of a connection.
 *
 * @twisted twisted.protocols.amp.ProtocolSwitchCommand
 */
import type { Deferred } from '@skein/reactor/defer';
import { ConnectionLost } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import type { IClientFactory, IConnector, IProtocol } from '@skein/reactor/interfaces';

import { AmpBox } from './ampBox';
import type { BinaryBoxProtocol } from './binaryBoxProtocol';
import { Command, type CommandCaller, type CommandClass } from './command';
import type { IBoxSender } from './interfaces';

/** A command that switches: a class that extends `ProtocolSwitchCommand`. */
export type ProtocolSwitchClass = CommandClass & { readonly switchesProtocol: true };

/** The last box of a connection: once it is sent, the connection is another protocol's. */
class SwitchBox extends AmpBox {
  readonly #innerProto: IProtocol;

  constructor(innerProto: IProtocol) {
    super();
    this.#innerProto = innerProto;
  }

  override sendTo(sender: IBoxSender): void {
    super.sendTo(sender);
    const proto = sender as BinaryBoxProtocol;
    proto.lockForSwitch();
    proto.switchTo(this.#innerProto);
  }
}

/**
 * A command after which both sides speak another protocol. Its responder returns the protocol of that side; the caller gives
 * a factory, which builds the protocol when the answer comes, and hears of the connection's end.
 *
 * Once it is called, no box can be sent (`ProtocolSwitched`) unless it fails.
 *
 * @twisted twisted.protocols.amp.ProtocolSwitchCommand
 *
 * @example
 * class Upgrade extends ProtocolSwitchCommand {
 *   static override readonly arguments = { to: Unicode() };
 * }
 * readonly upgrade = Upgrade.responder(this, () => new Echo()); // the one side
 * amp.callRemote(Upgrade, clientFactory, { to: 'echo' }); // the other
 */
export class ProtocolSwitchCommand extends Command {
  static readonly switchesProtocol = true;
  /** Builds the caller's protocol. */
  readonly protoToSwitchToFactory: IClientFactory;

  constructor(protoToSwitchToFactory: IClientFactory, structured: object = {}) {
    super(structured);
    this.protoToSwitchToFactory = protoToSwitchToFactory;
  }

  static override makeResponse(innerProto: unknown, _proto: unknown): AmpBox {
    if (typeof (innerProto as IProtocol | null)?.makeConnection !== 'function') {
      throw new TypeError(`cannot switch to "${String(innerProto)}", wanted a protocol`);
    }
    return new SwitchBox(innerProto as IProtocol);
  }

  override doCommand(caller: CommandCaller): Deferred<Record<string, unknown>> | null {
    const answer = super.doCommand(caller);
    const proto = caller.boxSender as BinaryBoxProtocol;
    const factory = this.protoToSwitchToFactory;
    proto.lockForSwitch();
    return (
      answer?.addCallbacks(
        (response) => {
          const inner = factory.buildProtocol(proto.transport.getPeer());
          if (inner === null) proto.transport.loseConnection();
          else proto.switchTo(inner, factory);
          return response;
        },
        (failure): never => {
          proto.unlockFromSwitch();
          // There is no connector, as in Twisted: the connection is not the factory's.
          factory.clientConnectionFailed(null as unknown as IConnector, new Failure(new ConnectionLost()));
          return failure.raiseException();
        },
      ) ?? null
    );
  }
}
