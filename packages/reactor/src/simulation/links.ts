/**
 * What a test does to the network: sets links, cuts them, holds what travels, and heals everything again.
 *
 * Partitions and holds are between pairs of hosts, by name; a host's link to itself is never touched by the functions that
 * take groups.
 */
import type { Link, TraceKind } from '../drivers/sim';

import { type LinkOptions, toLinkSettings } from './settings';
import type { SimulatedHost } from './simulatedHost';
import type { SimulatedNetwork } from './simulatedNetwork';

/** A host, or its name. */
export type HostOrName = SimulatedHost | string;
/** One host or several. */
export type Hosts = HostOrName | readonly HostOrName[];

/** The two directions between two hosts. */
export class SimulatedLink {
  readonly #there: Link;
  readonly #back: Link;

  constructor(there: Link, back: Link) {
    this.#there = there;
    this.#back = back;
  }

  /** Changes both directions. What is under way already is not affected. */
  set(options: LinkOptions): this {
    const settings = toLinkSettings(options);
    for (const link of [this.#there, this.#back]) link.settings = { ...link.settings, ...settings };
    return this;
  }

  /** Changes the direction from the first host to the second. */
  setOneWay(options: LinkOptions): this {
    this.#there.settings = { ...this.#there.settings, ...toLinkSettings(options) };
    return this;
  }

  /** Whether both directions carry anything now. */
  get up(): boolean {
    return this.#there.up && this.#back.up;
  }
}

export class Links {
  readonly #network: SimulatedNetwork;

  constructor(network: SimulatedNetwork) {
    this.#network = network;
  }

  link(a: HostOrName, b: HostOrName): SimulatedLink {
    const [from, to] = [this.#name(a), this.#name(b)];
    return new SimulatedLink(this.#network.fabric.link(from, to), this.#network.fabric.link(to, from));
  }

  partition(a: Hosts, b: Hosts): void {
    this.#each(a, b, 'partition', (there, back) => {
      there.up = false;
      back.up = false;
    });
    this.#tellCut(a, b);
  }

  partitionOneWay(from: Hosts, to: Hosts): void {
    this.#each(from, to, 'partition', (there) => {
      there.up = false;
    });
    this.#tellCut(from, to);
  }

  repair(a: Hosts, b: Hosts): void {
    this.#each(a, b, 'repair', (there, back) => {
      there.up = true;
      back.up = true;
    });
  }

  hold(a: Hosts, b: Hosts): void {
    this.#each(a, b, 'hold', (there, back) => {
      there.held ??= [];
      back.held ??= [];
    });
  }

  release(a: Hosts, b: Hosts): void {
    this.#each(a, b, 'release', (there, back) => {
      for (const link of [there, back]) {
        const { held } = link;
        link.held = null;
        for (const send of held ?? []) send();
      }
    });
  }

  /** Repairs and releases everything. */
  heal(): void {
    const all = [...this.#network.hosts.keys()];
    this.repair(all, all);
    this.release(all, all);
  }

  #tellCut(a: Hosts, b: Hosts): void {
    for (const name of new Set([...this.#names(a), ...this.#names(b)]))
      for (const handle of this.#network.hostNamed(name).handles) handle.linkCut();
  }

  #each(a: Hosts, b: Hosts, kind: TraceKind, change: (there: Link, back: Link) => void): void {
    const { fabric, trace, clock } = this.#network;
    for (const from of this.#names(a))
      for (const to of this.#names(b)) {
        if (from === to) continue;
        trace.record(kind, clock.now, trace.hostNumber(from), 0, trace.hostNumber(to));
        change(fabric.link(from, to), fabric.link(to, from));
      }
  }

  #names(hosts: Hosts): string[] {
    return typeof hosts === 'object' && Symbol.iterator in hosts
      ? [...hosts].map((host) => this.#name(host))
      : [this.#name(hosts)];
  }

  #name(host: HostOrName): string {
    const name = typeof host === 'string' ? host : host.name;
    this.#network.hostNamed(name);
    return name;
  }
}
