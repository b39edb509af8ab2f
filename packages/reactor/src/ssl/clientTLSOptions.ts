/**
 * The client's end, done properly: the server has to be the one that was meant.
 *
 * @twisted twisted.internet.ssl.optionsForClientTLS, twisted.internet._sslverify.ClientTLSOptions
 */
import { domainToASCII } from 'node:url';

import { ValueError } from '../error';
import type {
  Bytes,
  IOpenSSLClientConnectionCreator,
  TLSClientConnection,
  TLSContext,
  TLSPeerName,
} from '../interfaces';
import { isIPv4Address, isIPv6Address } from '../ipAddress';

import { CertificateOptions, type CertificateOptionsArguments } from './certificateOptions';
import type { PrivateCertificate } from './privateCertificate';
import { platformTrust } from './trustRoot';

/** Options of `optionsForClientTLS`. */
export interface ClientTLSArguments {
  /** The authorities that the server's certificate has to lead to; default `platformTrust()`. */
  trustRoot?: CertificateOptionsArguments['trustRoot'];
  /** What the client shows, if the server asks. */
  clientCertificate?: PrivateCertificate | null;
  /** Application protocols for ALPN, the best first. */
  acceptableProtocols?: readonly Bytes[] | null;
  /** More arguments for `CertificateOptions`, for example `{ enableSessions: true }`. */
  extraCertificateOptions?: CertificateOptionsArguments;
}

/**
 * What `connectSSL` and `startTLS` need to talk to `hostname`: its certificate has to be valid, from somebody trusted, and
 * for that name. There is no way to switch that off.
 *
 * @param hostname - a DNS name (in any script), or an IP address; a DNS name is told to the server (SNI)
 * @throws TypeError when `hostname` is no text, ValueError when it cannot be a name
 *
 * @example
 * reactor.connectSSL('example.com', 443, factory, optionsForClientTLS('example.com'));
 */
export function optionsForClientTLS(hostname: string, options: ClientTLSArguments = {}): ClientTLSOptions {
  const { trustRoot, clientCertificate = null, acceptableProtocols = null, extraCertificateOptions = {} } = options;
  const given: unknown = hostname;
  if (typeof given !== 'string') {
    throw new TypeError(`optionsForClientTLS requires text for host names, not ${typeof given}`);
  }
  const certificateOptions = new CertificateOptions({
    ...extraCertificateOptions,
    trustRoot: trustRoot ?? platformTrust(),
    acceptableProtocols,
    ...(clientCertificate !== null && {
      privateKey: clientCertificate.privateKey,
      certificate: clientCertificate,
      extraCertChain: clientCertificate.chain,
    }),
  });
  return new ClientTLSOptions(toPeerName(hostname), certificateOptions.getContext());
}

/** What `optionsForClientTLS` returns. It remembers the last session, and resumes it with the next connection. */
export class ClientTLSOptions implements IOpenSSLClientConnectionCreator {
  readonly #peerName: TLSPeerName;
  readonly #context: TLSContext;
  #session: Buffer | null = null;

  constructor(peerName: TLSPeerName, context: TLSContext) {
    this.#peerName = peerName;
    this.#context = context;
  }

  clientConnectionForTLS(): TLSClientConnection {
    return {
      context: this.#context,
      peerName: this.#peerName,
      session: this.#session,
      sessionReceived: this.#sessionReceived,
    };
  }

  readonly #sessionReceived = (session: Buffer): void => {
    this.#session = session;
  };
}

/** The name to verify: a literal address, or a DNS name in ASCII. */
function toPeerName(hostname: string): TLSPeerName {
  if (isIPv4Address(hostname) || isIPv6Address(hostname)) return { kind: 'ip', name: hostname };
  // A name in full may end in a dot; certificates do not.
  const name = domainToASCII(hostname).replace(/\.$/, '');
  if (name === '') throw new ValueError(`Cannot verify host name '${hostname}', wanted a DNS name or an IP address`);
  return { kind: 'dns', name };
}
