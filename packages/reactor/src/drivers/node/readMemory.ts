/**
 * The memory that streams read into, and what becomes of it when something has been read.
 *
 * All streams read into one buffer: libuv fills it and calls back before it reads from the next, and what is delivered is
 * copied out, since it belongs to the receiver, or lent. So an idle connection holds no memory to read into. Only a stream that
 * has just filled it and does not lend has a buffer of its own for the next read, which is handed over as it is.
 */

/** Bytes that are read at once, at most, where they are given away. */
const READ_SIZE = 64 * 1024;
/** And where they are lent, which costs no memory: a peer that keeps 64 KiB and a little under way is read at once, and answered at once. */
const LENT_SIZE = 80 * 1024;
/** What streams that lend read into. */
export const LENT_BUFFER = Buffer.allocUnsafeSlow(LENT_SIZE);
/** What streams read into at first: the same memory. */
export const READ_BUFFER = LENT_BUFFER.subarray(0, READ_SIZE);
/** A buffer of its own that is filled less than this is not handed over: the receiver may keep it for long. */
const WORTH_HANDING_OVER = READ_SIZE - READ_SIZE / 4;
/** One that was not handed over, for the next stream that wants one: new memory costs more than all that is read into it. */
let spareBuffer: Buffer | null = null;

/** The `count` bytes read into `buffer`, for as long as their event lasts. The next read goes to `LENT_BUFFER`. */
export function lent(buffer: Buffer, count: number): Buffer {
  if (isOwn(buffer)) spareBuffer = buffer;
  return buffer.subarray(0, count);
}

/** The `count` bytes read into `buffer`, for good. The next read goes to `afterGiven(count)`. */
export function given(buffer: Buffer, count: number): Buffer {
  if (isOwn(buffer)) {
    if (count >= WORTH_HANDING_OVER) return buffer.subarray(0, count);
    spareBuffer = buffer;
  }
  // Small copies come out of Buffer's pool.
  const chunk = Buffer.allocUnsafe(count);
  buffer.copy(chunk, 0, 0, count);
  return chunk;
}

/** What a stream reads into after `count` bytes that were given away. */
export function afterGiven(count: number): Buffer {
  if (count < READ_SIZE) return READ_BUFFER;
  const own = spareBuffer ?? Buffer.allocUnsafeSlow(READ_SIZE);
  spareBuffer = null;
  return own;
}

function isOwn(buffer: Buffer): boolean {
  return buffer !== READ_BUFFER && buffer !== LENT_BUFFER;
}
