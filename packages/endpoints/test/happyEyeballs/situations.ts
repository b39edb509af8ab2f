/**
 * What a network can do to somebody who connects by name, and what `HostnameEndpoint` has to do then.
 *
 * Routes are named by the family of their address and how they are: each is a host of its own. Times are in seconds since
 * `connect` was called. A route's handshake takes 20 ms where nothing else is said; attempts are 250 ms apart.
 */
import { ConnectingCancelledError, ConnectionRefusedError, DNSLookupError, TimeoutError } from '@skein/reactor/error';
import type { ErrorType } from '@skein/reactor/failure';

/** How a route is. A number: the seconds that its handshake takes. */
export type Route = 'fine' | 'dead' | 'refused' | number;

export interface Situation {
  /** In a few words, as the page has them. */
  readonly name: string;
  /** The routes, IPv6 if the name says so. */
  readonly routes: Readonly<Record<string, Route>>;
  /** When the resolver tells which addresses; the last answer ends the lookup. */
  readonly answers: readonly (readonly [at: number, ...routes: string[]])[];
  /** When the Deferred is cancelled. */
  readonly cancelAt?: number;
  /** Seconds until an attempt is given up; default 30. */
  readonly timeout?: number;
  /** When which attempts begin. */
  readonly attempts: readonly (readonly [at: number, route: string])[];
  /** When the Deferred fires, and with the connection by which route, or with which error. */
  readonly outcome: readonly [at: number, what: string | ErrorType];
}

export const SITUATIONS: readonly Situation[] = [
  {
    name: 'all is well',
    routes: { 'IPv6 A': 'fine', 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [[0.03, 'IPv6 A']],
    outcome: [0.05, 'IPv6 A'],
  },
  {
    name: 'dead IPv6',
    routes: { 'IPv6 A': 'dead', 'IPv6 B': 'dead', 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv6 A', 'IPv6 B', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [0.3, 'IPv4 A'],
  },
  {
    name: 'slow IPv6, slower IPv4',
    routes: { 'IPv6 A': 0.4, 'IPv4 A': 0.5 },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [0.43, 'IPv6 A'],
  },
  {
    name: 'slow IPv6, good IPv4',
    routes: { 'IPv6 A': 0.4, 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [0.3, 'IPv4 A'],
  },
  {
    name: 'one slow good route',
    routes: { 'IPv4 A': 4 },
    answers: [[0.03, 'IPv4 A']],
    attempts: [[0.03, 'IPv4 A']],
    outcome: [4.03, 'IPv4 A'],
  },
  {
    name: 'one slow good route, the other refused',
    routes: { 'IPv6 A': 4, 'IPv4 A': 'refused' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [4.03, 'IPv6 A'],
  },
  {
    name: 'one slow good route among dead ones',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 4, 'IPv6 B': 'dead' },
    answers: [[0.03, 'IPv6 A', 'IPv6 B', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
      [0.53, 'IPv6 B'],
    ],
    outcome: [4.28, 'IPv4 A'],
  },
  {
    name: 'IPv6 refused',
    routes: { 'IPv6 A': 'refused', 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.05, 'IPv4 A'],
    ],
    outcome: [0.07, 'IPv4 A'],
  },
  {
    name: 'both refused',
    routes: { 'IPv6 A': 'refused', 'IPv4 A': 'refused' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.05, 'IPv4 A'],
    ],
    outcome: [0.07, ConnectionRefusedError],
  },
  {
    name: 'all dead, given up after 2 s each',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 'dead' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    timeout: 2,
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [2.28, TimeoutError],
  },
  {
    name: 'cancelled while resolving',
    routes: { 'IPv6 A': 'fine' },
    answers: [[0.03, 'IPv6 A']],
    cancelAt: 0.02,
    attempts: [],
    outcome: [0.02, DNSLookupError],
  },
  {
    name: 'cancelled between attempts',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    cancelAt: 0.2,
    attempts: [[0.03, 'IPv6 A']],
    outcome: [0.2, ConnectingCancelledError],
  },
  {
    name: 'cancelled while connecting by the last',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 'dead' },
    answers: [[0.03, 'IPv6 A', 'IPv4 A']],
    cancelAt: 1,
    attempts: [
      [0.03, 'IPv6 A'],
      [0.28, 'IPv4 A'],
    ],
    outcome: [1, ConnectingCancelledError],
  },
  {
    name: 'IPv6 found first, IPv4 much later',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 'fine' },
    answers: [
      [0.03, 'IPv6 A'],
      [1, 'IPv4 A'],
    ],
    attempts: [
      [0.03, 'IPv6 A'],
      [1, 'IPv4 A'],
    ],
    outcome: [1.02, 'IPv4 A'],
  },
  {
    name: 'IPv4 found first, IPv6 within 50 ms',
    routes: { 'IPv6 A': 'dead', 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv4 A'], [0.06, 'IPv6 A'], [5]],
    attempts: [
      [0.06, 'IPv6 A'],
      [0.31, 'IPv4 A'],
    ],
    outcome: [0.33, 'IPv4 A'],
  },
  {
    name: 'IPv4 found first, IPv6 after 50 ms',
    routes: { 'IPv6 A': 'fine', 'IPv4 A': 'dead', 'IPv4 B': 'fine' },
    answers: [
      [0.03, 'IPv4 A', 'IPv4 B'],
      [0.2, 'IPv6 A'],
    ],
    attempts: [
      [0.08, 'IPv4 A'],
      [0.33, 'IPv6 A'],
    ],
    outcome: [0.35, 'IPv6 A'],
  },
  {
    name: 'IPv4 found first, and soon no IPv6',
    routes: { 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv4 A'], [0.04]],
    attempts: [[0.04, 'IPv4 A']],
    outcome: [0.06, 'IPv4 A'],
  },
  {
    name: 'won while the lookup goes on',
    routes: { 'IPv6 A': 'fine', 'IPv4 A': 'fine' },
    answers: [
      [0.03, 'IPv6 A'],
      [9, 'IPv4 A'],
    ],
    attempts: [[0.03, 'IPv6 A']],
    outcome: [0.05, 'IPv6 A'],
  },
  {
    name: 'refused, and the next is found later',
    routes: { 'IPv6 A': 'refused', 'IPv4 A': 'fine' },
    answers: [
      [0.03, 'IPv6 A'],
      [0.1, 'IPv4 A'],
    ],
    attempts: [
      [0.03, 'IPv6 A'],
      [0.1, 'IPv4 A'],
    ],
    outcome: [0.12, 'IPv4 A'],
  },
  {
    name: 'refused, and nothing else is found',
    routes: { 'IPv6 A': 'refused' },
    answers: [[0.03, 'IPv6 A'], [0.5]],
    attempts: [[0.03, 'IPv6 A']],
    outcome: [0.5, ConnectionRefusedError],
  },
  {
    name: 'cancelled while IPv4 waits for IPv6',
    routes: { 'IPv4 A': 'fine' },
    answers: [[0.03, 'IPv4 A'], [1]],
    cancelAt: 0.05,
    attempts: [],
    outcome: [0.05, DNSLookupError],
  },
];
