/**
 * One case's connections: a server's and a client's reactor, one port, and pairs of peers.
 */
import type { IConnector, IListeningPort } from '../../interfaces';

import { claim } from './claims';
import type { ReactorUnderTest } from './complianceWorld';
import { HalfCloseablePeer, Peer, type PeerReactions } from './peer';
import { PeerFactory } from './peerFactory';
import { Stage } from './stage';
import type { TransportTraits, TransportWorld } from './transportWorld';

/** What two peers do, and can. */
export interface Parts {
  readonly server?: PeerReactions;
  readonly client?: PeerReactions;
  /** Which sides are told of each direction's end by itself. */
  readonly half?: 'server' | 'client' | 'both';
}

/** Two peers and what connects them. */
export interface Pair {
  readonly server: Peer;
  readonly client: Peer;
  readonly factory: PeerFactory;
  readonly connector: IConnector;
}

export class TransportStage extends Stage<TransportWorld> {
  readonly serverReactor: ReactorUnderTest = this.reactor();
  readonly clientReactor: ReactorUnderTest = this.reactor();
  readonly serverFactory: PeerFactory = new PeerFactory('server factory', this);
  readonly port: IListeningPort;
  readonly #peers: Peer[] = [];
  readonly #connectors: IConnector[] = [];

  constructor(world: TransportWorld) {
    super(world);
    this.port = world.listen(this.serverReactor, this.serverFactory);
  }

  get traits(): TransportTraits {
    return this.world.traits;
  }

  /** What the peer of a connection that was aborted is told. */
  get resetReasons(): readonly string[] {
    return this.traits.resets ? ['ConnectionLost'] : ['ConnectionDone', 'ConnectionLost'];
  }

  /** What the peer is told of a connection that was closed without having been lost by its protocol. */
  get cutReasons(): readonly string[] {
    return this.traits.secured ? ['ConnectionDone', 'ConnectionLost'] : ['ConnectionDone'];
  }

  /** The name of the error that a protocol is told of which has thrown one called `name`. */
  thrownReason(name: string): string {
    return this.traits.secured ? 'ConnectionLost' : name;
  }

  /** A protocol of no connection yet. */
  peer(label: string, reactions: PeerReactions = {}, isHalfCloseable = false): Peer {
    const numbered = `${label} ${this.#peers.length + 1}`;
    const peer = isHalfCloseable
      ? new HalfCloseablePeer(numbered, this, reactions)
      : new Peer(numbered, this, reactions);
    this.#peers.push(peer);
    return peer;
  }

  /** Connects with a factory of the case's own. */
  connect(factory: PeerFactory): IConnector {
    const connector = this.world.connect(this.clientReactor, this.port, factory);
    this.#connectors.push(connector);
    return connector;
  }

  /** Begins to connect two peers. */
  begin({ server: atServer, client: atClient, half }: Parts = {}): Pair {
    const server = this.peer('server', atServer, half === 'server' || half === 'both');
    const client = this.peer('client', atClient, half === 'client' || half === 'both');
    server.partner = client;
    client.partner = server;
    this.serverFactory.prepare(server);
    const factory = new PeerFactory('client factory', this, client);
    return { server, client, factory, connector: this.connect(factory) };
  }

  /** Connects two peers, and waits until data can flow. */
  async connection(parts: Parts = {}): Promise<Pair> {
    const pair = this.begin(parts);
    const { secured } = this.traits;
    await this.until('a connection', () =>
      [pair.server, pair.client].every((peer) => peer.isMade && (!secured || peer.isShaken || peer.isLost)),
    );
    return pair;
  }

  /** Throws unless a connection that nothing was sent on yet works, both ways. */
  async claimWorks({ server, client }: Pick<Pair, 'server' | 'client'>): Promise<void> {
    const before = [server.receivedLength, client.receivedLength] as const;
    server.write('from the server');
    client.write('from the client');
    await server.receives(before[0] + 15);
    await client.receives(before[1] + 15);
    claim(!server.isLost && !client.isLost, 'the other connection was lost');
  }

  /** Ends every connection and every attempt, stops listening, and then every reactor. */
  override async clear(): Promise<void> {
    try {
      this.port.stopListening();
      for (const connector of this.#connectors) if (connector.state === 'connecting') connector.stopConnecting();
      for (const peer of this.#peers) if (peer.isMade && !peer.isLost) peer.transport.abortConnection();
      await this.until('every connection to be lost', () => this.#peers.every((peer) => !peer.isMade || peer.isLost));
    } finally {
      await super.clear();
      for (const peer of this.#peers) peer.inspect();
    }
  }
}

/** What a peer throws that is told to. */
class CaseError extends Error {
  override readonly name = 'CaseError';
}

/** Throws. */
export function boom(): never {
  throw new CaseError('boom');
}
