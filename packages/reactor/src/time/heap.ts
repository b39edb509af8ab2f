/**
 * A heap of items ordered by time and sequence number, from which any item can be taken.
 *
 * Four-way branching: half the depth of a binary heap, and four children lie together in memory. Times, sequence numbers and the
 * numbers of the items' slots are moved about in typed arrays; the items themselves stay in their slots. Moving pointers
 * instead costs a write barrier of the garbage collector for every level: measured, four times the time.
 */
/** 64 bytes of times: V8 keeps arrays up to that size in its own heap, where they cost next to nothing. A simulated reactor has a heap. */
const FIRST_CAPACITY = 8;
/** Room for so many is not given back. */
const KEPT_CAPACITY = 64;

/** Entries of equal time come out by sequence number. Every operation is O(log n) or better. */
export class Heap<T> {
  /** How many entries there are. */
  size = 0;

  /** The time, sequence number and slot of each entry; the first of all stands at 0. */
  private times = new Float64Array(FIRST_CAPACITY);
  private sequences = new Float64Array(FIRST_CAPACITY);
  private slots = new Int32Array(FIRST_CAPACITY);
  /** Where the entry of each slot stands. */
  private places = new Int32Array(FIRST_CAPACITY);
  /** The item of each slot; undefined in free slots. */
  private readonly items: (T | undefined)[] = [];
  private readonly free: number[] = [];

  /** The time of the first entry; Infinity when there is none. */
  firstTime(): number {
    return this.size === 0 ? Infinity : (this.times[0] as number);
  }

  /** The first item. The heap must have one. */
  first(): T {
    return this.items[this.slots[0] as number] as T;
  }

  /** Every item, in no order. */
  *all(): Generator<T, void> {
    for (let at = 0; at < this.size; at++) yield this.items[this.slots[at] as number] as T;
  }

  /** Adds an item and returns its slot, by which it can be moved and removed. */
  push(time: number, sequence: number, item: T): number {
    if (this.size === this.slots.length) this.resize(this.size * 2);
    const slot = this.free.pop() ?? this.items.length;
    this.items[slot] = item;
    this.rise(this.size++, time, sequence, slot);
    return slot;
  }

  /** Gives the item of a slot another time and sequence number. */
  move(slot: number, time: number, sequence: number): void {
    this.place(this.places[slot] as number, time, sequence, slot);
  }

  /** Takes the item of a slot out. */
  remove(slot: number): void {
    const at = this.places[slot] as number;
    const last = --this.size;
    if (last === 0) {
      // Empty: gives back the room for items, too.
      this.items.length = this.free.length = 0;
    } else {
      this.items[slot] = undefined;
      this.free.push(slot);
      if (at !== last)
        this.place(at, this.times[last] as number, this.sequences[last] as number, this.slots[last] as number);
    }
    if (last < this.slots.length >> 3 && this.slots.length > KEPT_CAPACITY) this.resize(this.slots.length >> 1);
  }

  private resize(capacity: number): void {
    const copy = <A extends Float64Array | Int32Array>(array: A, to: A): A => {
      to.set(array.subarray(0, Math.min(array.length, to.length)));
      return to;
    };
    this.times = copy(this.times, new Float64Array(capacity));
    this.sequences = copy(this.sequences, new Float64Array(capacity));
    this.slots = copy(this.slots, new Int32Array(capacity));
    // Slots are numbered by the greatest size there has been.
    if (this.items.length <= capacity) this.places = copy(this.places, new Int32Array(capacity));
  }

  /** Puts an entry where `at` was, or above or below. */
  private place(at: number, time: number, sequence: number, slot: number): void {
    const parent = (at - 1) >> 2;
    if (at > 0 && this.isBefore(time, sequence, parent)) this.rise(at, time, sequence, slot);
    else this.sink(at, time, sequence, slot);
  }

  private isBefore(time: number, sequence: number, at: number): boolean {
    const other = this.times[at] as number;
    return time < other || (time === other && sequence < (this.sequences[at] as number));
  }

  private rise(at: number, time: number, sequence: number, slot: number): void {
    const { times, sequences, slots, places } = this;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentTime = times[parent] as number;
      if (parentTime < time || (parentTime === time && (sequences[parent] as number) <= sequence)) break;
      const parentSlot = slots[parent] as number;
      times[at] = parentTime;
      sequences[at] = sequences[parent] as number;
      slots[at] = parentSlot;
      places[parentSlot] = at;
      at = parent;
    }
    times[at] = time;
    sequences[at] = sequence;
    slots[at] = slot;
    places[slot] = at;
  }

  private sink(at: number, time: number, sequence: number, slot: number): void {
    const { times, sequences, slots, places, size } = this;
    for (;;) {
      const firstChild = at * 4 + 1;
      if (firstChild >= size) break;
      const end = firstChild + 4 < size ? firstChild + 4 : size;
      let best = firstChild;
      let bestTime = times[firstChild] as number;
      for (let child = firstChild + 1; child < end; child++) {
        const childTime = times[child] as number;
        if (
          childTime < bestTime ||
          (childTime === bestTime && (sequences[child] as number) < (sequences[best] as number))
        ) {
          best = child;
          bestTime = childTime;
        }
      }
      if (time < bestTime || (time === bestTime && sequence <= (sequences[best] as number))) break;
      const bestSlot = slots[best] as number;
      times[at] = bestTime;
      sequences[at] = sequences[best] as number;
      slots[at] = bestSlot;
      places[bestSlot] = at;
      at = best;
    }
    times[at] = time;
    sequences[at] = sequence;
    slots[at] = slot;
    places[slot] = at;
  }
}
