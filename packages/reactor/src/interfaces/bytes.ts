/**
 * What may be written: bytes, or text that is sent as UTF-8. (Twisted takes bytes only; the guide this project follows
 * writes strings.) What is received is always a `Buffer`.
 */
export type Bytes = Uint8Array | string;
