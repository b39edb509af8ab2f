/**
 * What a built-in kind of description is made of.
 *
 * @twisted twisted.internet.endpoints (its parsers: `_parseTCP`, `_SystemdParser`, …)
 */
import type { IReactor } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint, IStreamServerEndpoint } from '../../interfaces';
import type { Signature } from '../arguments';
import type { Description } from '../parseDescription';

/** A kind of endpoints, as descriptions name it. */
export interface EndpointKind<Endpoint> {
  /** The type that its descriptions begin with, in lower case. */
  readonly prefix: string;
  /** Whether the type has to be written in lower case, as that of Twisted's oldest servers. */
  readonly lowerCaseOnly?: true;
  /** What the endpoint is, for people. */
  readonly summary: string;
  readonly signature: Signature;
  /**
   * The endpoint of a description of this kind. Throws `ValueError`, `TypeError` or `OSError`.
   *
   * @param fromString - for kinds that are around others
   */
  parse(
    reactor: IReactor,
    description: Description,
    fromString: (reactor: IReactor, text: string) => Endpoint,
  ): Endpoint;
}

export type ServerKind = EndpointKind<IStreamServerEndpoint>;
export type ClientKind = EndpointKind<IStreamClientEndpoint>;

/** The kind of a type, or undefined. */
export function kindOf<Endpoint>(
  kinds: readonly EndpointKind<Endpoint>[],
  endpointType: string,
): EndpointKind<Endpoint> | undefined {
  return kinds.find(
    ({ prefix, lowerCaseOnly }) => prefix === (lowerCaseOnly ? endpointType : endpointType.toLowerCase()),
  );
}
