/** The listings of docs/howto/time.md. */
import { logError } from '@skein/reactor/defer';
import type { Deferred } from '@skein/reactor/defer';
import { inlineCallbacks } from '@skein/reactor/defer';
import type { IDelayedCall, IReactorTime } from '@skein/reactor/interfaces';
import { Clock, Cooperator, deferLater, LoopingCall } from '@skein/reactor/task';

/** What the listings have to say. */
export type Say = (text: string) => void;

// #region callLater
export function reminder(clock: IReactorTime, say: Say): IDelayedCall {
  return clock.callLater(30, say, 'time is up');
}
// #endregion

// #region idle
export class IdleTimeout {
  private readonly call: IDelayedCall;

  constructor(clock: IReactorTime, seconds: number, lose: () => void) {
    this.call = clock.callLater(seconds, lose);
  }

  dataReceived(): void {
    this.call.reset(60); // two assignments: no timer is made or removed
  }

  connectionLost(): void {
    if (this.call.active()) this.call.cancel();
  }
}
// #endregion

// #region looping
export function heartbeat(clock: IReactorTime, ping: () => void): LoopingCall<[]> {
  const loop = new LoopingCall(ping);
  loop.clock = clock; // without it, the installed reactor
  loop.start(10).addErrback(logError); // an error of ping ends the loop
  return loop;
}
// #endregion

// #region deferLater
export const retry = inlineCallbacks(function* (clock: IReactorTime, request: () => Deferred<string>) {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* request();
    } catch (error) {
      if (attempt === 3) throw error;
      yield* deferLater(clock, attempt); // wait 1 s, then 2 s
    }
  }
});
// #endregion

// #region cooperator
export function index(clock: IReactorTime, rows: readonly string[], add: (row: string) => void): Deferred {
  const cooperator = new Cooperator({
    scheduler: (step) => clock.callLater(0, step),
    terminationPredicateFactory: () => () => true, // one step a turn; by default a turn takes 10 ms
  });
  function* work(): Generator<undefined, undefined, undefined> {
    for (const row of rows) {
      add(row);
      yield;
    }
    return undefined;
  }
  return cooperator.cooperate(work()).whenDone();
}
// #endregion

// #region clock
export function testedWithAClock(say: Say): void {
  const clock = new Clock();
  reminder(clock, say);
  clock.advance(29);
  say('29 seconds');
  clock.advance(1);
}
// #endregion

// #region advance
export function howClocksAdvance(say: Say): void {
  for (const clock of [new Clock(), new Clock({ stepwise: true })]) {
    const tick = (): void => {
      say(`at ${String(clock.seconds())}`);
      clock.callLater(1, tick);
    };
    clock.callLater(1, tick);
    clock.advance(3);
    say(`then ${String(clock.getDelayedCalls()[0]?.getTime())}`);
  }
}
// #endregion
