/** Receiving as over a transport that uses its memory again. */

/** Of a protocol, what takes bytes. */
export interface Receiving {
  dataReceived(data: Buffer): unknown;
  readonly borrowsData?: boolean;
}

/**
 * Gives a protocol bytes as a transport does that uses its memory again: what was lent is something else afterwards, if the
 * protocol says that it `borrowsData`. Returns what `dataReceived` does.
 */
export function lend(protocol: Receiving, bytes: Uint8Array): unknown {
  const chunk = Buffer.from(bytes);
  const isLent = protocol.borrowsData === true;
  try {
    return protocol.dataReceived(chunk);
  } finally {
    if (isLent) chunk.fill(0xfe);
  }
}
