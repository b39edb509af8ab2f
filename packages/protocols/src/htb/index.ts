/**
 * Hierarchical token buckets: how fast protocols may send, for each, for all of a host, for all together.
 *
 * @twisted twisted.protocols.htb
 *
 * Tokens are whole bytes. (Twisted's, since Python 3, are fractions as soon as a bucket has drained, which cuts no bytes.)
 */
export { Bucket } from './bucket';
export { FilterByHost, FilterByServer, HierarchicalBucketFilter, type IBucketFilter } from './bucketFilter';
export { ShapedConsumer } from './shapedConsumer';
export { ShapedProtocolFactory } from './shapedProtocolFactory';
export { ShapedTransport } from './shapedTransport';
