/**
 * The events to come, ordered by time and then by sequence number: a four-way heap in typed arrays.
 *
 * Like `time/heap.ts`, of which it is the smaller sister: an event has a function and an argument and is no object of its
 * own, and one that is taken back keeps its place until it comes to the front, where it is dropped.
 */

/** What happens, with its argument. */
export type Happening = (arg: unknown) => void;

/** 64 bytes of times: V8 keeps arrays up to that size in its own heap, where they cost next to nothing. */
const FIRST_CAPACITY = 8;

export class EventHeap {
  #size = 0;
  #times = new Float64Array(FIRST_CAPACITY);
  #sequences = new Float64Array(FIRST_CAPACITY);
  #slots = new Int32Array(FIRST_CAPACITY);
  /** By slot; null in those that were taken back, and in free ones. */
  readonly #happenings: (Happening | null)[] = [];
  readonly #args: unknown[] = [];
  readonly #free: number[] = [];
  #dropped = 0;

  /** How many events there are. */
  get size(): number {
    return this.#size - this.#dropped;
  }

  /** The time of the first event; Infinity when there is none. */
  firstTime(): number {
    while (this.#dropped > 0 && this.#size > 0 && this.#happenings[this.#slots[0]!] === null) {
      this.#dropped -= 1;
      this.#free.push(this.#removeFirst());
    }
    return this.#size === 0 ? Infinity : this.#times[0]!;
  }

  /** Adds an event. Returns its slot, for `drop`; slots are used again. */
  push(time: number, sequence: number, happen: Happening, arg: unknown): number {
    const slot = this.#free.pop() ?? this.#happenings.length;
    this.#happenings[slot] = happen;
    this.#args[slot] = arg;
    if (this.#size === this.#slots.length) this.#grow();
    const times = this.#times;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      // A new event has the highest number of all: it never goes before one of its own time.
      if (times[parent]! <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    times[at] = time;
    this.#sequences[at] = sequence;
    this.#slots[at] = slot;
    return slot;
  }

  /** Takes an event back. */
  drop(slot: number): void {
    this.#happenings[slot] = null;
    this.#args[slot] = undefined;
    this.#dropped += 1;
  }

  /** Takes the first event out and lets it happen; `firstTime` has been asked just before. */
  runFirst(): void {
    const slot = this.#removeFirst();
    const happen = this.#happenings[slot]!;
    const arg = this.#args[slot];
    // Neither is kept alive by a slot that is free.
    this.#happenings[slot] = null;
    this.#args[slot] = undefined;
    this.#free.push(slot);
    happen(arg);
  }

  #removeFirst(): number {
    const [times, sequences] = [this.#times, this.#sequences];
    const slot = this.#slots[0]!;
    const last = --this.#size;
    const time = times[last]!;
    const sequence = sequences[last]!;
    const moved = this.#slots[last]!;
    let at = 0;
    for (;;) {
      let least = at * 4 + 1;
      if (least >= last) break;
      const end = Math.min(least + 4, last);
      for (let child = least + 1; child < end; child++) {
        const [a, b] = [times[child]!, times[least]!];
        if (a < b || (a === b && sequences[child]! < sequences[least]!)) least = child;
      }
      const childTime = times[least]!;
      if (time < childTime || (time === childTime && sequence < sequences[least]!)) break;
      this.#move(least, at);
      at = least;
    }
    times[at] = time;
    sequences[at] = sequence;
    this.#slots[at] = moved;
    return slot;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#sequences[to] = this.#sequences[from]!;
    this.#slots[to] = this.#slots[from]!;
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    const [times, sequences, slots] = [this.#times, this.#sequences, this.#slots];
    (this.#times = new Float64Array(capacity)).set(times);
    (this.#sequences = new Float64Array(capacity)).set(sequences);
    (this.#slots = new Int32Array(capacity)).set(slots);
  }
}
