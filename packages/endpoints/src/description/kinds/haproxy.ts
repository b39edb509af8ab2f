/**
 * `haproxy:` in descriptions.
 *
 * @twisted twisted.protocols.haproxy._parser.HAProxyServerParser
 */
import { proxyEndpoint } from '../../wrapperEndpoints';
import { unparseDescription } from '../parseDescription';

import type { ServerKind } from './kind';

export const HAPROXY_SERVER: ServerKind = {
  prefix: 'haproxy',
  summary: 'any other endpoint, behind a proxy that sends PROXY headers: `proxyEndpoint`',
  signature: {
    parameters: [{ name: '…', what: 'another description, as it is: nothing in it is quoted', required: true }],
    example: 'haproxy:tcp:8080:interface=127.0.0.1',
  },
  parse(reactor, { args, kwargs }, fromString) {
    return proxyEndpoint(fromString(reactor, unparseDescription(args.slice(1), kwargs)));
  },
};
