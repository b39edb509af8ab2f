import fc from 'fast-check';

import {
  type AnyDeferred,
  Deferred,
  DeferredList,
  fail,
  flushUnhandledErrors,
  inlineCallbacks,
  race,
  succeed,
} from '../../src/defer';
import { Failure } from '../../src/failure';
import { capturedLogs } from '../../src/logger';

/** How many Deferreds a program is about. */
const COUNT = 4;

type Step =
  | { readonly do: 'callback' | 'errback' | 'cancel' | 'pause' | 'unpause'; readonly on: number }
  | { readonly do: 'add'; readonly on: number; readonly side: 'callback' | 'errback' | 'both'; readonly then: Reaction }
  | {
      readonly do: 'join';
      readonly on: number;
      readonly other: number;
      readonly how: 'list' | 'race' | 'chain' | 'inline';
    };

/** What a callback does: return something, throw, or run steps and then return its argument. */
type Reaction =
  | { readonly do: 'value' | 'throw' | 'failure' | 'fired' | 'failed' }
  | { readonly do: 'return'; readonly other: number }
  | { readonly do: 'steps'; readonly steps: readonly Step[] };

const place = fc.nat({ max: COUNT - 1 });
const { step } = fc.letrec<{ step: Step; reaction: Reaction }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small' },
    fc.record({ do: fc.constantFrom('callback', 'errback', 'cancel', 'pause', 'unpause'), on: place }),
    fc.record({
      do: fc.constant('add' as const),
      on: place,
      side: fc.constantFrom('callback', 'errback', 'both'),
      then: tie('reaction'),
    }),
    fc.record({
      do: fc.constant('join' as const),
      on: place,
      other: place,
      how: fc.constantFrom('list', 'race', 'chain', 'inline'),
    }),
  ),
  reaction: fc.oneof(
    { depthSize: 'small' },
    fc.record({ do: fc.constantFrom('value', 'throw', 'failure', 'fired', 'failed') }),
    fc.record({ do: fc.constant('return' as const), other: place }),
    fc.record({ do: fc.constant('steps' as const), steps: fc.array(tie('step'), { maxLength: 3 }) }),
  ),
}));

/** Runs a program in a fresh world and returns everything that can be seen of it. */
function play(program: readonly Step[]): unknown[] {
  const log: unknown[] = [];
  const all: AnyDeferred[] = Array.from({ length: COUNT }, (_, i) =>
    i === 0
      ? new Deferred(() => {
          log.push('canceller');
        })
      : new Deferred(),
  );
  let labels = 0;
  const render = (value: unknown): unknown => {
    if (Failure.isFailure(value)) return `failure ${value.value.name} ${value.getErrorMessage()}`;
    if (Deferred.isDeferred(value)) return `deferred ${String(all.indexOf(value))}`;
    return Array.isArray(value) ? value.map(render) : value;
  };
  const react = (reaction: Reaction, argument: unknown): unknown => {
    const label = ++labels;
    switch (reaction.do) {
      case 'value':
        return label;
      case 'throw':
        throw new Error(`thrown ${String(label)}`);
      case 'failure':
        return new Failure(new Error(`returned ${String(label)}`));
      case 'fired':
        return succeed(label);
      case 'failed':
        return fail(new Error(`failed ${String(label)}`));
      case 'return':
        return all[reaction.other];
      case 'steps':
        for (const each of reaction.steps) run(each);
        return argument;
    }
  };
  const join = (one: AnyDeferred, other: AnyDeferred, how: 'list' | 'race' | 'chain' | 'inline'): void => {
    const seen = (result: unknown): void => void log.push([how, render(result)]);
    if (how === 'list') new DeferredList([one, other], { consumeErrors: true }).addBoth(seen);
    else if (how === 'race') race([one, other]).addBoth(seen);
    else if (how === 'chain') one.chainDeferred(other);
    else {
      inlineCallbacks(function* () {
        return [yield* one, yield* other];
      })().addBoth(seen);
    }
  };
  const run = (each: Step): void => {
    const on = all[each.on] as AnyDeferred;
    const label = ++labels;
    try {
      if (each.do === 'callback') on.callback(label);
      else if (each.do === 'errback') on.errback(new Error(`fired ${String(label)}`));
      else if (each.do === 'join') join(on, all[each.other] as AnyDeferred, each.how);
      else if (each.do !== 'add') on[each.do]();
      else {
        const callback = (result: unknown): unknown => {
          log.push([label, render(result)]);
          return react(each.then, result);
        };
        if (each.side === 'callback') on.addCallback(callback);
        else if (each.side === 'errback') on.addErrback(callback);
        else on.addBoth(callback);
      }
    } catch (error) {
      log.push(['raised', (error as Error).name]);
    }
  };
  flushUnhandledErrors();
  const events = capturedLogs(() => {
    for (const each of program) run(each);
    flushUnhandledErrors();
  });
  for (const event of events) log.push([event.log_level, event.log_format, event.log_failure?.getErrorMessage()]);
  for (const d of all) log.push([d.called, d.paused, render(d.result)]);
  return log;
}

describe('Deferred', () => {
  it('any program over Deferreds does the same when it is run again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (program) => {
        expect(play(program)).toEqual(play(program));
      }),
      { numRuns: 500 },
    );
  });

  it('any program leaves each Deferred fired at most once, and its failures reported at most once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (program) => {
        play(program);
        expect(flushUnhandledErrors()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
