/**
 * The driver over libuv as Node has it. What Node does not document is in three files, each with a test that fails loudly when
 * Node changes it: `libuvStream.ts` (connections), `boundListen.ts` (listening) and `nodeTLSSocket.ts` (TLS).
 *
 * @twisted the reactors of `twisted.internet.*reactor`
 */
export { NodeDriver } from './nodeDriver';
