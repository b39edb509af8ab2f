/** What Node's own `net.connect` with `autoSelectFamily` does in a situation, with real sockets. */
import net from 'node:net';

import type { RealRoutes } from './realRoutes';
import type { Situation } from './situations';

/** Times in seconds since `net.connect` was called. */
export interface NodesRace {
  /** When which attempts began. */
  readonly attempts: readonly (readonly [at: number, route: string])[];
  /** When Node itself ended which, because its time was over. */
  readonly aborted: readonly (readonly [at: number, route: string])[];
  /** When it was decided, by the connection by which route, or with which error; null: it was not. */
  readonly outcome: readonly [at: number, what: string] | null;
}

/** Begins to connect; `ended` is fulfilled when it is decided, or after `patience` seconds. */
export function race(
  routes: RealRoutes,
  { answers, cancelAt }: Pick<Situation, 'answers' | 'cancelAt'>,
  patience: number,
): { ended: Promise<NodesRace> } {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 10) / 100;
  const attempts: [number, string][] = [];
  const aborted: [number, string][] = [];
  const addresses = answers.flatMap(([, ...names]) => names.map((name) => routes.address(name)));
  const socket = net.connect({
    host: 'www.example',
    port: routes.port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 250,
    // Node wants all addresses at once: it begins when the lookup is complete.
    lookup: (_host, _options, told) =>
      void setTimeout(() => told(null, addresses), (answers.at(-1)?.[0] ?? 0) * 1000).unref(),
  });
  socket.on('connectionAttempt', (address) => attempts.push([seconds(), routes.nameOf(address)]));
  socket.on('connectionAttemptTimeout', (address) => aborted.push([seconds(), routes.nameOf(address)]));
  if (cancelAt !== undefined) setTimeout(() => socket.destroy(new Error('destroyed')), cancelAt * 1000);
  const ended = new Promise<NodesRace>((resolve) => {
    const end = (outcome: NodesRace['outcome']): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ attempts, aborted, outcome });
    };
    const timer = setTimeout(() => end(null), patience * 1000);
    socket.on('connect', () => end([seconds(), routes.nameOf(socket.remoteAddress ?? '')]));
    socket.on('error', (error: Error & { code?: string; errors?: readonly { code?: string }[] }) => {
      const codes = error.errors?.map(({ code = '' }) => code).join(', ');
      end([seconds(), codes === undefined ? (error.code ?? error.message) : `AggregateError: ${codes}`]);
    });
  });
  return { ended };
}
