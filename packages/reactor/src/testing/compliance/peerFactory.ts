import type { Failure } from '../../failure';
import type { IAddress, IClientFactory, IConnector, IProtocol } from '../../interfaces';

import type { Peer } from './peer';
import type { Stage } from './stage';

/** Hands out the peers it is given, in order, and writes down what it is told. */
export class PeerFactory implements IClientFactory {
  readonly label: string;
  /** `doStart`, `startedConnecting(…)`, `buildProtocol`, `failed(…)`, `lost(…)`, `doStop`; in brackets the state or the reason. */
  readonly events: string[] = [];
  /** The addresses that protocols were wanted for. */
  readonly addresses: IAddress[] = [];
  reason: Failure | null = null;
  /** Makes what `buildProtocol` returns. */
  build: (address: IAddress) => IProtocol | null;
  /** Called from inside `clientConnectionFailed` and `clientConnectionLost`. */
  onEnd: (connector: IConnector) => void = nothing;
  readonly #stage: Stage;
  readonly #upcoming: Peer[] = [];

  constructor(label: string, stage: Stage, ...peers: readonly Peer[]) {
    this.label = label;
    this.#stage = stage;
    this.#upcoming.push(...peers);
    this.build = () => this.#upcoming.shift() ?? null;
  }

  /** The protocol of the next connection that has none yet. */
  prepare(peer: Peer): void {
    this.#upcoming.push(peer);
  }

  buildProtocol(address: IAddress): IProtocol | null {
    this.addresses.push(address);
    this.#note('buildProtocol');
    return this.build(address);
  }

  doStart(): void {
    this.#note('doStart');
  }

  doStop(): void {
    this.#note('doStop');
  }

  startedConnecting(connector: IConnector): void {
    this.#note(`startedConnecting(${connector.state})`);
  }

  clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.reason = reason;
    this.#note(`failed(${reason.value.name})`);
    this.onEnd(connector);
  }

  clientConnectionLost(connector: IConnector, reason: Failure): void {
    this.reason = reason;
    this.#note(`lost(${reason.value.name})`);
    this.onEnd(connector);
  }

  /** Waits until an event that begins so has come this often. */
  async has(event: string, times = 1): Promise<void> {
    await this.#stage.until(
      `${event} of ${this.label}`,
      () => this.events.filter((each) => each.startsWith(event)).length >= times,
    );
  }

  #note(event: string): void {
    this.events.push(event);
    this.#stage.saw(`${this.label} ${event}`);
  }
}

function nothing(): void {
  // Most cases do not connect again.
}
