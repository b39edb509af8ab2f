/**
 * Strings with their length in 2 bytes in front, in memory. Internal to `amp`.
 */

/** The strings in `bytes`, one after the other. What is cut off at the end is left out, as in Twisted. */
export function* prefixedStrings(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return;
    yield bytes.subarray(at + 2, end);
    at = end;
  }
}
