/**
 * A client of memcached.
 *
 * @twisted twisted.protocols.memcache
 *
 * Left out: Twisted's deprecated names, and the methods `cmd_…`, one for each answer.
 */
export { ClientError, NoSuchCommand, ServerError } from './errors';
export { DEFAULT_PORT, type IdentifiedItem, type Item, MemCacheProtocol, type StoreOptions } from './memCacheProtocol';
