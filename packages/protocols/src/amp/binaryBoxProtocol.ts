/**
 * Boxes on a connection: from bytes and to bytes, and what may happen between two boxes.
 *
 * @twisted twisted.protocols.amp.BinaryBoxProtocol
 *
 * Added: `MAX_BOX_SIZE`. Twisted lets a peer send a box without end. A box that means nothing loses the connection here; in
 * Twisted it throws out of `dataReceived`.
 */
import { ConnectionClosed, ConnectionLost, KeyError, PeerVerifyError, ValueError } from '@skein/reactor/error';
import { Failure } from '@skein/reactor/failure';
import {
  type IClientFactory,
  type IConnector,
  type IProtocol,
  type ITCPTransport,
  ITLSTransport,
  type ITransport,
} from '@skein/reactor/interfaces';
import { Logger } from '@skein/reactor/logger';
import { Certificate } from '@skein/reactor/ssl';

import { Int16StringReceiver } from '../basic';
import { EMPTY } from '../bytes';

import type { AmpBox } from './ampBox';
import { BoxBuilder } from './boxBuilder';
import { MAX_KEY_LENGTH } from './constants';
import type { DescriptorExchanger } from './descriptor';
import { type AmpError, MalformedAmpBox, NoEmptyBoxes, OnlyOneTLS, ProtocolSwitched, TooLong } from './errors';
import type { IBoxReceiver, IBoxSender } from './interfaces';
import { contextFactoryOf, type TLSParameters } from './startTLS';

const log = new Logger({ namespace: 'skein.protocols.amp' });

const SWITCHED = 'This connection has switched: no AMP traffic allowed.';

/**
 * Sends boxes, and gives those that come to its receiver.
 *
 * @twisted twisted.protocols.amp.BinaryBoxProtocol
 */
export class BinaryBoxProtocol extends Int16StringReceiver implements IBoxSender, DescriptorExchanger {
  /** The longest string that may come next: of a key, or of a value. */
  override MAX_LENGTH = MAX_KEY_LENGTH;
  /** The largest box: the sum of the lengths of its keys and values, and 128 for each pair. A larger one ends the connection. */
  MAX_BOX_SIZE = 16 * 2 ** 20;

  /** Who takes the boxes. */
  boxReceiver: IBoxReceiver;
  /** The protocol that the connection belongs to now, if it was switched. */
  innerProtocol: IProtocol | null = null;
  /** What this side has shown, if TLS was started. */
  hostCertificate: TLSParameters | null = null;

  readonly #builder = new BoxBuilder();
  #innerFactory: IClientFactory | null = null;
  #locked = false;
  /** Why nothing more is parsed. */
  #refused: AmpError | null = null;
  /** Whether nothing has come since TLS was started. */
  #justStartedTLS = false;
  /** The boxes to be sent when TLS is started; null when it is not about to be. */
  #startingTLS: AmpBox[] | null = null;
  readonly #descriptors = new Map<number, number>();
  #descriptorsSent = 0;
  #descriptorsReceived = 0;

  constructor(boxReceiver: IBoxReceiver) {
    super();
    this.boxReceiver = boxReceiver;
  }

  override makeConnection(transport: ITransport): unknown {
    this.connected = true;
    this.transport = transport as ITLSTransport;
    this.boxReceiver.startReceivingBoxes(this);
    return this.connectionMade();
  }

  /**
   * Takes bytes, in any division. What is no AMP (a key or a box that is too long, a box that means nothing) loses the
   * connection, and is the reason that calls which wait fail with. Throws what else the receiver of boxes throws.
   */
  override dataReceived(data: Buffer): void {
    this.#justStartedTLS = false;
    if (this.innerProtocol !== null) this.innerProtocol.dataReceived(data);
    else if (this.#refused !== null) this.transport.loseConnection();
    else super.dataReceived(data);
  }

  override stringReceived(string: Buffer): void {
    const builder = this.#builder;
    const box = builder.add(string);
    this.MAX_LENGTH = builder.limit;
    if (box !== null) this.#boxReceived(box);
    else if (builder.size > this.MAX_BOX_SIZE) this.#refuse(new TooLong(false, false, null));
  }

  /** Gives a box to its receiver. That it means nothing is the peer's mistake, no exception of this program's. */
  #boxReceived(box: AmpBox): void {
    try {
      this.boxReceiver.ampBoxReceived(box);
    } catch (error) {
      if (!(error instanceof NoEmptyBoxes || error instanceof MalformedAmpBox)) throw error;
      log.failure('The peer sent a box that means nothing.  Dropping connection!', new Failure(error));
      this.#refuse(error);
    }
  }

  /** A key is too long: what comes is no AMP. */
  override lengthLimitExceeded(_length: number): void {
    this.#refuse(new TooLong(true, false, null));
  }

  #refuse(error: AmpError): void {
    this.#refused = error;
    this.#builder.clear();
    this.recvd = EMPTY;
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    if (this.innerProtocol !== null) {
      this.innerProtocol.connectionLost(reason);
      this.#innerFactory?.clientConnectionLost(null as unknown as IConnector, reason);
    }
    this.boxReceiver.stopReceivingBoxes(this.#reasonFor(reason));
  }

  #reasonFor(reason: Failure): Failure {
    if (this.#refused !== null) return new Failure(this.#refused);
    if (this.#justStartedTLS && reason.check(ConnectionClosed) !== null) {
      return new Failure(new PeerVerifyError('Peer rejected our certificate for an unknown reason.'));
    }
    return reason;
  }

  sendBox(box: AmpBox): void {
    if (this.#locked) throw new ProtocolSwitched(SWITCHED);
    if (this.transport === null) throw new ConnectionLost();
    if (this.#startingTLS !== null) this.#startingTLS.push(box);
    else this.transport.write(box.serialize());
  }

  unhandledError(failure: Failure): void {
    log.failure(
      'Amp server or network failure unhandled by client application.  Dropping connection!  ' +
        'To avoid, add errbacks to ALL remote commands!',
      failure,
    );
    this.transport?.loseConnection();
  }

  // ------------------------------------------------------------------------------------------ for ProtocolSwitchCommand

  /** No box can be sent from now on. */
  lockForSwitch(): void {
    this.#locked = true;
  }

  /** Boxes can be sent again. Throws `ProtocolSwitched` when the connection belongs to another protocol already. */
  unlockFromSwitch(): void {
    if (this.innerProtocol !== null) throw new ProtocolSwitched('Protocol already switched.  Cannot unlock.');
    this.#locked = false;
  }

  /** Gives the connection to another protocol, with what has come and is not parsed. */
  switchTo(newProto: IProtocol, clientFactory: IClientFactory | null = null): void {
    const rest = this.recvd;
    this.recvd = EMPTY;
    this.innerProtocol = newProto;
    this.#innerFactory = clientFactory;
    newProto.makeConnection(this.transport);
    if (rest.length > 0) newProto.dataReceived(rest);
  }

  // ------------------------------------------------------------------------------------------------------- for StartTLS

  /** Keeps boxes back from now on, until TLS is started. Throws `OnlyOneTLS` when it was. */
  prepareTLS(_parameters: TLSParameters): void {
    if (this.hostCertificate !== null) {
      throw new OnlyOneTLS('cannot start TLS on a connection on which it was started');
    }
    this.#startingTLS = [];
  }

  /** Starts TLS after the last box that was sent, and sends what was kept back. */
  startTLS(parameters: TLSParameters): void {
    const { transport } = this;
    if (this.hostCertificate !== null) {
      throw new OnlyOneTLS('cannot start TLS on a connection on which it was started');
    }
    if (!ITLSTransport.providedBy(transport)) {
      throw new ValueError('cannot start TLS on this connection, wanted a transport that can');
    }
    const contextFactory = contextFactoryOf(parameters);
    this.hostCertificate = parameters;
    this.#justStartedTLS = true;
    // What came in plain after the last box is nobody's.
    this.recvd = EMPTY;
    transport.startTLS(contextFactory);
    this.cancelTLS();
  }

  /** Sends what was kept back. */
  cancelTLS(): void {
    const boxes = this.#startingTLS ?? [];
    this.#startingTLS = null;
    for (const box of boxes) this.sendBox(box);
  }

  /** The peer's certificate. Throws `CertificateError` when there is none. */
  get peerCertificate(): Certificate {
    return Certificate.peerFromTransport(this.transport);
  }

  // ----------------------------------------------------------------------------------------------------- for Descriptor

  sendFileDescriptor(descriptor: number): number {
    const transport = this.transport as ITCPTransport & { sendFileDescriptor?(descriptor: number): void };
    if (transport.sendFileDescriptor === undefined) {
      throw new ValueError('cannot send a file descriptor on this connection, wanted a transport that can');
    }
    transport.sendFileDescriptor(descriptor);
    this.#descriptorsSent += 1;
    return this.#descriptorsSent - 1;
  }

  /** A descriptor has come, for a box that will name it. */
  fileDescriptorReceived(descriptor: number): void {
    this.#descriptors.set(this.#descriptorsReceived, descriptor);
    this.#descriptorsReceived += 1;
  }

  getDescriptor(ordinal: number): number {
    const descriptor = this.#descriptors.get(ordinal);
    if (descriptor === undefined) throw new KeyError(`the descriptor ${ordinal} has not come`);
    this.#descriptors.delete(ordinal);
    return descriptor;
  }
}
