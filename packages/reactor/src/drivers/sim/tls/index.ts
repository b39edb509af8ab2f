/**
 * TLS for the simulated driver: a model, with the records, the round trips and the failures of the real thing.
 */
export { readContext } from './contexts';
export { ModelTLSHandle } from './modelTLSHandle';
export { SecuredSide } from './securedSide';
export { TicketKeys, type TLSSettings, type TLSSurroundings } from './surroundings';
