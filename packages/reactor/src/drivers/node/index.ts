/**
 * The driver over Node's public modules (`node:net`, `node:dns`, timers). What is not public is in `boundListen.ts` alone.
 *
 * @twisted the reactors of `twisted.internet.*reactor`
 */
export { NodeDriver } from './nodeDriver';
