/**
 * Whose connection is that: the Identification Protocol, server and client.
 *
 * @twisted twisted.protocols.ident
 *
 * Lines are text, as the code of Twisted's expects; its `LineOnlyReceiver` delivers bytes, so that its server and its client fail.
 */
export { HiddenUser, IdentError, InvalidPort, NoUser } from './errors';
export { IdentClient, type IdentResponse } from './identClient';
export { type IdentAddress, type IdentAnswer, IdentServer } from './identServer';
export { type ProcConnection, type ProcLookups, ProcServerMixin } from './procServerMixin';
