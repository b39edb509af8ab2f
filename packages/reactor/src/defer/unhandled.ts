/**
 * Errors that nobody handled: noticed, kept, reported once.
 *
 * @twisted twisted.internet.defer.DebugInfo
 *
 * A Deferred that has run out of callbacks and stands at a Failure may still be handled: somebody may add an errback, or return
 * it from a callback. So the error is reported when that has become impossible, that is when the Deferred has been collected; or
 * when somebody asks: `flushUnhandledErrors()` reports now whatever is outstanding, which the reactor does at its end and
 * tests do before they look at the log. The registry holds the failure, never the Deferred. Nothing is ever thrown.
 */
import type { Failure } from '../failure';
import { beforeFlush } from '../logger/capture';
import { Logger } from '../logger/logger';

const log = new Logger({ namespace: 'twisted.internet.defer' });

/** What is known about a Deferred besides its result: where it was made and fired (when debugging), and an unhandled failure. */
export class DebugInfo {
  /** The failure nobody has handled yet, or null. */
  failResult: Failure | null = null;
  /** The stack at the Deferred's creation, when debugging. */
  creator: string | null = null;
  /** The stack at its firing, when debugging. */
  invoker: string | null = null;
  /** Whether the collector will tell us when the Deferred is gone. */
  watched = false;

  /** The stacks as text, or `''` when there are none. */
  getDebugTracebacks(): string {
    const indent = (stack: string, mark: string): string => stack.replace(/^ */gm, ` ${mark}:  `);
    let text = '';
    if (this.creator !== null) text += ` C: Deferred was created:\n${indent(this.creator, 'C')}\n`;
    if (this.invoker !== null) text += ` I: First Invoker was:\n${indent(this.invoker, 'I')}\n`;
    return text;
  }

  /** Logs the failure, if there is one, and forgets it. Two events, as in Twisted. */
  report(): void {
    const failure = this.failResult;
    if (failure === null) return;
    this.failResult = null;
    outstanding.delete(this);
    log.critical('Unhandled error in Deferred:', { isError: true });
    const debugInfo = this.getDebugTracebacks();
    log.failure(debugInfo === '' ? '' : '(debug: {debugInfo})', failure, { debugInfo });
  }
}

const OUTSTANDING = Symbol.for('@skein/reactor.unhandledErrors');
const globals = globalThis as { [OUTSTANDING]?: Set<DebugInfo> };
/** What would be reported now; one set for all copies of this module in the process. */
const outstanding = (globals[OUTSTANDING] ??= new Set<DebugInfo>());

const registry = new FinalizationRegistry<DebugInfo>((info) => {
  info.report();
});

/** A Deferred has come to the end of its callbacks with a failure. */
export function noteUnhandled(deferred: object, info: DebugInfo, failure: Failure): void {
  if (info.failResult === null) outstanding.add(info);
  info.failResult = failure;
  if (!info.watched) {
    // Once for the life of the Deferred: an info without a failure reports nothing, and unregistering costs as much again.
    info.watched = true;
    registry.register(deferred, info);
  }
}

/** Somebody has taken the failure. */
export function noteHandled(info: DebugInfo): void {
  if (info.failResult !== null) {
    info.failResult = null;
    outstanding.delete(info);
  }
}

/**
 * Reports now every error that waits in a Deferred without having been handled, in the order in which they got there, and
 * returns how many there were. A Deferred so reported is not reported again, unless it fails again.
 */
export function flushUnhandledErrors(): number {
  const all = [...outstanding];
  for (const info of all) info.report();
  return all.length;
}
beforeFlush(() => {
  flushUnhandledErrors();
});
