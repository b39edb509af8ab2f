/**
 * One side of a case of the area `transports`: its log, and the scripted factory and protocol that write it.
 */
import type { Failure } from '../../src/failure';
import {
  type IAddress,
  type IClientFactory,
  type IConnector,
  type IProtocol,
  type IProtocolFactory,
  type IPullProducer,
  type IPushProducer,
  ISSLTransport,
  type ITCPTransport,
  type ITLSTransport,
  type ITransport,
} from '../../src/interfaces';

import { makeError } from './errors';
import { decodeBytes, type RunLengthCoded } from './load';
import { clientContext, reasonName, serverContext } from './transportsTLS';

type Action = readonly [verb: string, ...args: unknown[]];
type Trigger = readonly [name: string, count?: number];

/** What a case says of one side. */
export interface SideScript {
  readonly on?: readonly (readonly [Trigger, readonly Action[]])[];
  readonly halfClose?: boolean;
  readonly handshakeListener?: boolean;
  readonly build?: 'none' | 'raise';
}

/** What the sides ask of the run they take part in. */
export interface Scene {
  /** Something was logged. */
  stirred(): void;
  callLater(seconds: number, callable: () => void): unknown;
  /** Stops the port; the server logs when it is done. */
  stopListening(): void;
  /** `connector.connect()`, unless `attempts` were made. */
  reconnect(attempts: number): void;
  readonly connector: IConnector | null;
}

interface ProducerScript {
  readonly chunk: string | RunLengthCoded;
  readonly chunks: number;
  readonly unregister?: boolean;
  readonly then?: readonly Action[];
}

export class Side {
  readonly log: unknown[][] = [];
  /** How many of its protocols are connected, and how many were asked for. */
  open = 0;
  built = 0;
  readonly script: SideScript;
  readonly #scene: Scene;

  readonly #isServer: boolean;

  constructor(scene: Scene, script: SideScript, isServer: boolean) {
    this.#scene = scene;
    this.script = script;
    this.#isServer = isServer;
  }

  note(event: string, ...args: unknown[]): void {
    this.log.push([event, ...args]);
    this.#scene.stirred();
  }

  /** Notes received data; it is one event with the data before it. */
  received(data: string): void {
    const last = this.log.at(-1);
    if (last?.[0] === 'data') last[1] = String(last[1]) + data;
    else this.log.push(['data', data]);
    this.#scene.stirred();
  }

  /** Runs the actions of every matching trigger. */
  trigger(transport: ITCPTransport | null, matches: (trigger: Trigger) => boolean): void {
    for (const [trigger, actions] of this.script.on ?? []) if (matches(trigger)) this.act(actions, transport);
  }

  act(actions: readonly Action[], transport: ITCPTransport | null): void {
    for (const [verb, ...args] of actions) this.#perform(verb, args, transport as ITCPTransport);
  }

  #perform(verb: string, args: readonly unknown[], transport: ITCPTransport): void {
    switch (verb) {
      case 'write':
        transport.write(decodeBytes(args[0] as string));
        break;
      case 'writeSequence':
        transport.writeSequence((args[0] as string[]).map(decodeBytes));
        break;
      case 'lose':
        transport.loseConnection();
        break;
      case 'abort':
        transport.abortConnection();
        break;
      case 'loseWrite':
        transport.loseWriteConnection();
        break;
      case 'pause':
        transport.pauseProducing();
        break;
      case 'resume':
        transport.resumeProducing();
        break;
      case 'stopProducing':
        transport.stopProducing();
        break;
      case 'push': {
        const producer = new ScriptedPushProducer(this, transport, args[0] as ProducerScript);
        transport.registerProducer(producer, true);
        producer.produce();
        break;
      }
      case 'pushIdle':
        transport.registerProducer(new IdleProducer(this), true);
        break;
      case 'pull':
        transport.registerProducer(new ScriptedPullProducer(this, transport, args[0] as ProducerScript), false);
        break;
      case 'unregister':
        transport.unregisterProducer();
        break;
      case 'state':
        this.note('state', transport.connected, transport.disconnecting);
        break;
      case 'addresses':
        this.note('addresses', render(transport.getHost()), render(transport.getPeer()));
        break;
      case 'isTLS':
        this.note('isTLS', ISSLTransport.providedBy(transport));
        break;
      case 'startTLS':
        (transport as ITLSTransport).startTLS(this.#isServer ? serverContext() : clientContext(undefined));
        break;
      case 'later':
        this.#scene.callLater(args[0] as number, () => {
          this.act(args[1] as Action[], transport);
        });
        break;
      case 'log':
        this.note('log', args[0]);
        break;
      case 'raise':
        throw makeError(args[0], args[1]);
      case 'try':
        try {
          this.act(args[0] as Action[], transport);
        } catch (error) {
          this.note('raised', (error as Error).name);
        }
        break;
      case 'stopListening':
        this.#scene.stopListening();
        break;
      case 'disconnect':
        this.#scene.connector?.disconnect();
        break;
      case 'stopConnecting':
        this.#scene.connector?.stopConnecting();
        break;
      case 'reconnect':
        this.#scene.reconnect(args[0] as number);
        break;
      case 'connectorState':
        this.note('connector', this.#scene.connector?.state);
        break;
      default:
        throw new Error(`unknown action ${verb}`);
    }
  }
}

function render(address: IAddress): unknown[] {
  const { host } = address as { host?: string };
  if (address.type === 'UNIX') return ['UNIX'];
  return [host?.includes(':') === true ? 'IPv6' : 'IPv4', host];
}

class ScriptedProtocol implements IProtocol {
  transport: ITCPTransport | null = null;
  protected readonly side: Side;
  #total = 0;

  constructor(side: Side) {
    this.side = side;
  }

  makeConnection(transport: ITransport): void {
    this.transport = transport as ITCPTransport;
    this.connectionMade();
  }

  connectionMade(): void {
    this.side.open += 1;
    this.side.note('connectionMade');
    this.side.trigger(this.transport, ([name]) => name === 'made');
  }

  dataReceived(data: Buffer): void {
    const before = this.#total;
    this.#total += data.length;
    this.side.received(data.toString('latin1'));
    this.side.trigger(
      this.transport,
      ([name, count = 0]) => name === 'received' && before < count && this.#total >= count,
    );
  }

  connectionLost(reason: Failure): void {
    this.side.open -= 1;
    this.side.note('connectionLost', reasonName(reason.value));
    this.side.trigger(this.transport, ([name]) => name === 'lost');
  }
}

class HalfCloseableScriptedProtocol extends ScriptedProtocol {
  readConnectionLost(): void {
    this.side.note('readConnectionLost');
    this.side.trigger(this.transport, ([name]) => name === 'readLost');
  }

  writeConnectionLost(): void {
    this.side.note('writeConnectionLost');
    this.side.trigger(this.transport, ([name]) => name === 'writeLost');
  }
}

/** A factory that starts and stops as Twisted's does. */
export class ScriptedFactory implements IProtocolFactory {
  protected readonly side: Side;
  #users = 0;

  constructor(side: Side) {
    this.side = side;
  }

  doStart(): void {
    if (this.#users === 0) this.side.note('startFactory');
    this.#users += 1;
  }

  doStop(): void {
    if (this.#users === 0) return;
    this.#users -= 1;
    if (this.#users === 0) this.side.note('stopFactory');
  }

  buildProtocol(addr: IAddress): IProtocol | null {
    const { script } = this.side;
    this.side.built += 1;
    this.side.note('buildProtocol', render(addr));
    if (script.build === 'raise') throw makeError('ErrB', 'build');
    if (script.build === 'none') return null;
    const protocol =
      script.halfClose === true ? new HalfCloseableScriptedProtocol(this.side) : new ScriptedProtocol(this.side);
    if (script.handshakeListener !== true) return protocol;
    const handshakeCompleted = (): void => {
      this.side.note('handshakeCompleted');
      this.side.trigger(protocol.transport, ([name]) => name === 'handshake');
    };
    return Object.assign(protocol, { handshakeCompleted });
  }
}

/** What the run wants to know of its client. */
export interface ClientProgress {
  connector: IConnector | null;
  /** Attempts begun, and attempts that came to their end. */
  attempts: number;
  ended: number;
}

export class ScriptedClientFactory extends ScriptedFactory implements IClientFactory {
  readonly #progress: ClientProgress;

  constructor(side: Side, progress: ClientProgress) {
    super(side);
    this.#progress = progress;
  }

  startedConnecting(connector: IConnector): void {
    this.#progress.connector = connector;
    this.#progress.attempts += 1;
    this.side.note('startedConnecting');
    this.side.trigger(null, ([name]) => name === 'startedConnecting');
  }

  clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.#progress.ended += 1;
    this.side.note('clientConnectionFailed', reason.value.name);
    this.side.trigger(null, ([name]) => name === 'failed');
  }

  clientConnectionLost(_connector: IConnector, reason: Failure): void {
    this.#progress.ended += 1;
    this.side.note('clientConnectionLost', reasonName(reason.value));
    this.side.trigger(null, ([name]) => name === 'clientLost');
  }
}

class IdleProducer implements IPushProducer {
  protected readonly side: Side;

  constructor(side: Side) {
    this.side = side;
  }

  pauseProducing(): void {
    this.side.note('producer.pause');
  }

  resumeProducing(): void {
    this.side.note('producer.resume');
  }

  stopProducing(): void {
    this.side.note('producer.stop');
  }
}

/** Writes until it is paused; then unregisters. */
class ScriptedPushProducer extends IdleProducer {
  readonly #transport: ITCPTransport;
  readonly #script: ProducerScript;
  #left: number;
  #going = true;

  constructor(side: Side, transport: ITCPTransport, script: ProducerScript) {
    super(side);
    this.#transport = transport;
    this.#script = script;
    this.#left = script.chunks;
  }

  override pauseProducing(): void {
    super.pauseProducing();
    this.#going = false;
  }

  override resumeProducing(): void {
    super.resumeProducing();
    this.#going = true;
    this.produce();
  }

  override stopProducing(): void {
    super.stopProducing();
    this.#going = false;
  }

  produce(): void {
    while (this.#going && this.#left > 0) {
      this.#left -= 1;
      this.#transport.write(decodeBytes(this.#script.chunk));
    }
    if (!this.#going) return;
    this.#going = false;
    finish(this.side, this.#transport, this.#script);
  }
}

/** Writes a piece each time it is asked; unregisters with the last. */
class ScriptedPullProducer implements IPullProducer {
  readonly #side: Side;
  readonly #transport: ITCPTransport;
  readonly #script: ProducerScript;
  #left: number;

  constructor(side: Side, transport: ITCPTransport, script: ProducerScript) {
    this.#side = side;
    this.#transport = transport;
    this.#script = script;
    this.#left = script.chunks;
  }

  resumeProducing(): void {
    this.#side.note('producer.resume');
    this.#left -= 1;
    this.#transport.write(decodeBytes(this.#script.chunk));
    if (this.#left === 0) finish(this.#side, this.#transport, this.#script);
  }

  stopProducing(): void {
    this.#side.note('producer.stop');
  }
}

function finish(side: Side, transport: ITCPTransport, script: ProducerScript): void {
  if (script.unregister !== false) {
    side.note('unregister');
    transport.unregisterProducer();
  }
  side.act(script.then ?? [], transport);
}
