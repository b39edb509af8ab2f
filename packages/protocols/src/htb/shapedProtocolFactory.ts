import type { IProtocol } from '@skein/reactor/interfaces';

import type { ClockOptions } from '../policies/clock';
import type { ProtocolMaker } from '../protocol';
import { makeProtocol } from '../protocol/factory';

import type { IBucketFilter } from './bucketFilter';
import { ShapedTransport } from './shapedTransport';

/**
 * Makes protocols whose transports are shaped: a function that makes a maker, to be given to a factory.
 *
 * @param protoClass - makes the protocols: a class, or a function
 * @param bucketFilter - says which bucket a connection's bytes go into
 *
 * @twisted twisted.protocols.htb.ShapedProtocolFactory
 *
 * @example
 * factory.protocol = ShapedProtocolFactory(Chargen, new FilterByHost());
 */
export function ShapedProtocolFactory<P extends IProtocol>(
  protoClass: ProtocolMaker<P>,
  bucketFilter: IBucketFilter,
  options: ClockOptions = {},
): () => P {
  return () => {
    const proto = makeProtocol(protoClass);
    const makeConnection = proto.makeConnection.bind(proto);
    proto.makeConnection = (transport) =>
      makeConnection(new ShapedTransport(transport, bucketFilter.getBucketFor(transport), options));
    return proto;
  };
}
