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
  try {
    return protocol.dataReceived(chunk);
  } finally {
    if (protocol.borrowsData === true) chunk.fill(0xfe);
  }
}
