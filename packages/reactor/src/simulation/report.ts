/**
 * What a simulation shows of itself: every host's connections, as `netstat` would, its pending calls, and what it waits for.
 */
import { inspect } from 'node:util';

import { SECOND, type SimHost } from '../drivers/sim';
import type { SocketAddress } from '../driver';

import type { SimulatedHost } from './simulatedHost';

/** A socket of a host. */
export interface NetstatRow {
  readonly host: string;
  readonly state: 'listening' | 'connecting' | 'open' | 'closed';
  /** `10.0.0.1:80`, `[fd00::1]:80`, a path, or `*` before it is known. */
  readonly local: string;
  readonly peer: string;
  /** Bytes written and not yet arrived. */
  readonly sendQueue: number;
  /** Bytes arrived and not yet read. */
  readonly receiveQueue: number;
}

/** The sockets of hosts, as they are now. */
export function netstat(hosts: Iterable<SimHost>): NetstatRow[] {
  const rows: NetstatRow[] = [];
  for (const { name, listening, handles } of hosts) {
    for (const { localAddress } of listening.values())
      rows.push({
        host: name,
        state: 'listening',
        local: shown(localAddress),
        peer: '*',
        sendQueue: 0,
        receiveQueue: 0,
      });
    for (const handle of handles) {
      const { state, underWay, unread } = handle.describe();
      const [local, peer] = [shown(handle.localAddress), shown(handle.peerAddress)];
      rows.push({ host: name, state, local, peer, sendQueue: underWay, receiveQueue: unread });
    }
  }
  return rows;
}

/** The most lines of each kind that a report shows. */
const MOST = 20;

/** The state of a whole simulation as text: the time, then each host with its sockets, pending calls and waiting Deferreds. */
export function report(
  now: number,
  hosts: Iterable<SimulatedHost>,
  rows: readonly NetstatRow[],
  waits: (host: SimulatedHost | null) => readonly string[],
): string {
  const lines = [`at virtual ${(now / SECOND).toFixed(6)} s`];
  for (const host of hosts) {
    const state = host.paused ? 'paused' : host.state;
    lines.push(`host ${host.name} (${host.addresses[0]}) is ${state}`);
    lines.push(...atMost(rows.filter((row) => row.host === host.name).map(describeRow), 'sockets'));
    if (host.state !== 'up') continue;
    const calls = host.reactor.getDelayedCalls().map((call) => `  ${inspect(call)}`);
    lines.push(...atMost(calls, 'calls'), ...atMost(waits(host), 'Deferreds'));
  }
  const own = atMost(waits(null), 'Deferreds');
  if (own.length > 0) lines.push('the test', ...own);
  return lines.join('\n');
}

function atMost(lines: readonly string[], what: string): readonly string[] {
  return lines.length <= MOST
    ? lines
    : [...lines.slice(0, MOST), `  … and ${String(lines.length - MOST)} more ${what}`];
}

function describeRow({ state, local, peer, sendQueue, receiveQueue }: NetstatRow): string {
  const queues = sendQueue + receiveQueue === 0 ? '' : `, ${String(sendQueue)} to send, ${String(receiveQueue)} unread`;
  return state === 'listening' ? `  listening on ${local}` : `  ${state} ${local} to ${peer}${queues}`;
}

function shown(address: SocketAddress | null): string {
  if (address === null) return '*';
  if (address.family === 'UNIX') return address.path === '' ? '*' : address.path;
  return address.family === 'IPv6'
    ? `[${address.host}]:${String(address.port)}`
    : `${address.host}:${String(address.port)}`;
}
