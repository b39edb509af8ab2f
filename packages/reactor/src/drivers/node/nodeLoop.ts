/**
 * The Node driver's turn: one alarm, one request to wake, and the gate that holds events back outside of `start` … `stop`.
 *
 * A turn runs in Node's check phase (`setImmediate`): right after polling, when the callbacks of everything that was
 * ready have run. That is where writes are flushed, so what many connections' callbacks wrote goes out together.
 *
 * The process is kept alive by one timer between `start` and `stop` and by nothing else: all handles are unreferenced.
 */

/** Node fires a timer of more than 2^31-1 ms after 1 ms; longer alarms are cut into pieces. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** When the process began, in milliseconds: Node works it out each time it is asked. */
const TIME_ORIGIN = performance.timeOrigin;

export class NodeLoop {
  /** Whether events may be delivered now: started, and what waited for that has been delivered. */
  delivering = false;

  #onTurn: (() => void) | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  /** Whether a turn was asked for, and not taken yet. */
  #wanted = false;
  #deadline: number | null = null;
  #timeout: NodeJS.Timeout | null = null;
  /** When `#timeout` fires; an alarm put off leaves the timer as it is, and sets it anew when it has fired. */
  #timeoutDue = Infinity;
  /** What waits for `start`, or for the next turn: first in, first out. */
  #held: (() => void)[] = [];
  #inTurn = false;

  /** Epoch seconds that never go back: the wall clock when the process began, plus the time that has passed since. */
  now(): number {
    return (TIME_ORIGIN + performance.now()) / 1000;
  }

  start(onTurn: () => void): void {
    this.#onTurn = onTurn;
    this.delivering = this.#held.length === 0;
    this.#keepAlive = setInterval(nothing, LONGEST_TIMEOUT_MS);
    if (this.#wanted || !this.delivering) this.#comeBack();
    if (this.#deadline !== null) this.wakeAt(this.#deadline);
  }

  stop(): void {
    this.#onTurn = null;
    this.delivering = false;
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#keepAlive = null;
    this.#wanted = false;
    this.#deadline = null;
    this.#clearTimeout();
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#immediate = null;
  }

  wakeSoon(): void {
    this.#wanted = true;
    this.#comeBack();
  }

  wakeAt(deadline: number | null): void {
    this.#deadline = deadline;
    if (deadline === null || this.#onTurn === null || deadline >= this.#timeoutDue) return;
    const seconds = deadline - this.now();
    if (seconds <= 0) {
      this.wakeSoon();
      return;
    }
    this.#clearTimeout();
    this.#timeoutDue = deadline;
    this.#timeout = setTimeout(this.#alarm, Math.min(Math.ceil(seconds * 1000), LONGEST_TIMEOUT_MS)).unref();
  }

  /** Runs a command, or an event from where Node calls back: now if that is allowed, or else when it is. */
  whenDelivering(run: () => void): void {
    if (this.delivering) run();
    else this.hold(run);
  }

  /**
   * Runs `event` when no command is being carried out: at the end of the turn that is being taken, or in the next one, or in
   * the first one after `start`.
   */
  hold(event: () => void): void {
    this.#held.push(event);
    this.#comeBack();
  }

  /** Has the check phase come here again. From inside a turn, its end sees to that. */
  #comeBack(): void {
    if (this.#onTurn !== null && !this.#inTurn) this.#immediate ??= setImmediate(this.#turn);
  }

  readonly #alarm = (): void => {
    this.#timeout = null;
    this.#timeoutDue = Infinity;
    const deadline = this.#deadline;
    if (deadline === null) return;
    // Timers come before polling: the turn waits for it. And if the time has not come yet, this sets the rest of it.
    this.wakeAt(deadline);
  };

  readonly #turn = (): void => {
    this.#immediate = null;
    if (this.#deadline !== null && this.now() >= this.#deadline) {
      this.#deadline = null;
      this.#wanted = true;
    }
    this.#inTurn = true;
    try {
      if (this.#held.length > 0) {
        this.delivering = true;
        this.#deliverHeld();
      }
      if (this.#wanted) {
        this.#wanted = false;
        this.#onTurn?.();
      }
      // What the turn's own commands have come to already: a write that is done, above all.
      if (this.delivering) this.#deliverHeld();
    } finally {
      this.#inTurn = false;
      if (this.#wanted || this.#held.length > 0) this.#comeBack();
    }
  };

  #deliverHeld(): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    for (const event of held) {
      // An event may stop the reactor; the rest then waits for the next start.
      if (this.delivering) event();
      else this.#held.push(event);
    }
  }

  #clearTimeout(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    this.#timeout = null;
    this.#timeoutDue = Infinity;
  }
}

function nothing(): void {
  // The interval exists to be referenced.
}
