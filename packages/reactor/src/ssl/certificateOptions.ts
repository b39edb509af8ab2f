/**
 * How to secure connections, for either end: the context factory that everybody should use on servers.
 *
 * @twisted twisted.internet.ssl.CertificateOptions
 *
 * Added: `chooseContext`, for servers that are several (SNI). Left out: `method`, `verifyDepth`, `verifyOnce`,
 * `enableSingleUseKeys` and `fixBrokenPeers`: what they set is not to be set in Node, or always so.
 */
import { ValueError, VerifyError } from '../error';
import type { Bytes, IAcceptableCiphers, IOpenSSLContextFactory, TLSContext, TLSVerification } from '../interfaces';

import { cipherStringOf, defaultCiphers } from './acceptableCiphers';
import type { DiffieHellmanParameters } from './diffieHellmanParameters';
import { isOlder, TLSVersion } from './tlsVersion';
import type { TrustRoot } from './trustRoot';
import type { KeyObject, X509Certificate } from './x509';

/** A certificate or key of this folder, or Node's own object that it is around. */
type Wrapped<T> = T | { readonly original: T };

/** Options of `CertificateOptions`. */
export interface CertificateOptionsArguments {
  /** This side's key and certificate: both, or neither. */
  privateKey?: Wrapped<KeyObject> | null;
  certificate?: Wrapped<X509Certificate> | null;
  /** What leads from the certificate to an authority that peers trust, the certificate's signer first. */
  extraCertChain?: readonly Wrapped<X509Certificate>[] | null;
  /** The authorities that a peer's certificate has to lead to; the peer must show one. */
  trustRoot?: TrustRoot | { readonly original: X509Certificate } | null;
  /** Twisted's older way to say the same: verify, against these … */
  verify?: boolean;
  caCerts?: readonly Wrapped<X509Certificate>[] | null;
  /** … and whether a peer must show one (default true). */
  requireCertificate?: boolean;
  /** Application protocols for ALPN, the best first. */
  acceptableProtocols?: readonly Bytes[] | null;
  acceptableCiphers?: IAcceptableCiphers | null;
  /** On a server: what the `DHE` cipher suites need, which are not available without it. `ECDHE` needs nothing. */
  dhParameters?: DiffieHellmanParameters | null;
  /** The oldest version to speak, newer than the default, TLS 1.2. */
  raiseMinimumTo?: TLSVersion | null;
  /** The oldest version to speak, older than the default. It is insecure, as the name says. */
  insecurelyLowerMinimumTo?: TLSVersion | null;
  /** The newest version to speak. */
  lowerMaximumSecurityTo?: TLSVersion | null;
  /** Whether clients may resume sessions, by tickets (default false, as in Twisted). Either name switches them on. */
  enableSessions?: boolean;
  enableSessionTickets?: boolean;
  /**
   * On a server: the context factory for the name that a client asks for (SNI), or null for this one. Of the chosen one, the
   * certificate and the key count; what clients have to show is this one's business. An addition to Twisted's.
   */
  chooseContext?: ((serverName: string) => IOpenSSLContextFactory | null) | null;
}

/**
 * @throws ValueError, TypeError for arguments that do not go together; VerifyError for a key that does not fit
 *
 * @example
 * const options = new CertificateOptions({ privateKey: key, certificate, trustRoot: authority });
 * reactor.listenSSL(8000, factory, options);
 */
export class CertificateOptions implements IOpenSSLContextFactory {
  readonly #context: TLSContext;
  readonly #chooseContext: ((serverName: string) => IOpenSSLContextFactory | null) | null;

  constructor(options: CertificateOptionsArguments = {}) {
    const { acceptableProtocols, acceptableCiphers, enableSessions, enableSessionTickets } = options;
    const ciphers = cipherStringOf(acceptableCiphers ?? defaultCiphers);
    if (ciphers === '') throw new ValueError('Supplied IAcceptableCiphers yielded no usable ciphers on this platform.');
    this.#chooseContext = options.chooseContext ?? null;
    this.#context = Object.freeze({
      ...identityOf(options),
      ...trustOf(options),
      ...versionsOf(options),
      protocols: (acceptableProtocols ?? []).map(String),
      ciphers,
      dhParameters: options.dhParameters?.original ?? null,
      sessions: enableSessions === true || enableSessionTickets === true,
    });
  }

  getContext(): TLSContext {
    return this.#context;
  }

  chooseContext(serverName: string): TLSContext | null {
    return this.#chooseContext?.(serverName)?.getContext() ?? null;
  }
}

function identityOf(options: CertificateOptionsArguments): Pick<TLSContext, 'certificateChain' | 'privateKey'> {
  const { privateKey = null, certificate = null, extraCertChain } = options;
  if ((privateKey === null) !== (certificate === null)) {
    throw new ValueError('Specify neither or both of privateKey and certificate');
  }
  if (privateKey === null || certificate === null) {
    if (extraCertChain === undefined || extraCertChain === null || extraCertChain.length === 0) {
      return { certificateChain: null, privateKey: null };
    }
    throw new ValueError('A private key and a certificate are required when adding a supplemental certificate chain.');
  }
  const key = unwrap(privateKey);
  const own = unwrap(certificate);
  if (!own.checkPrivateKey(key)) throw new VerifyError('Certificate public and private keys do not match.');
  return {
    certificateChain: [own, ...(extraCertChain ?? []).map(unwrap)].join(''),
    privateKey: key.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

function trustOf(options: CertificateOptionsArguments): Pick<TLSContext, 'verification' | 'trust'> {
  const { trustRoot = null, verify = false, caCerts = null, requireCertificate } = options;
  if (trustRoot !== null) {
    for (const older of ['verify', 'caCerts', 'requireCertificate'] as const) {
      if (options[older] !== undefined) throw new TypeError(`The argument 'trustRoot' excludes '${older}'`);
    }
    const trust = 'trusted' in trustRoot ? trustRoot.trusted : [String(trustRoot.original)];
    return { verification: 'required', trust };
  }
  if (verify && (caCerts === null || caCerts.length === 0)) {
    throw new ValueError('Specify client CA certificate information if and only if enabling certificate verification');
  }
  const verification: TLSVerification = !verify ? 'none' : requireCertificate === false ? 'optional' : 'required';
  return { verification, trust: (caCerts ?? []).map((certificate) => String(unwrap(certificate))) };
}

function versionsOf(options: CertificateOptionsArguments): Pick<TLSContext, 'minVersion' | 'maxVersion'> {
  const { raiseMinimumTo = null, insecurelyLowerMinimumTo = null, lowerMaximumSecurityTo = null } = options;
  const maxVersion = lowerMaximumSecurityTo ?? TLSVersion.TLSv1_3;
  if (raiseMinimumTo !== null) {
    if (insecurelyLowerMinimumTo !== null) {
      throw new TypeError("The argument 'raiseMinimumTo' excludes 'insecurelyLowerMinimumTo'");
    }
    if (isOlder(maxVersion, raiseMinimumTo)) {
      throw new ValueError('raiseMinimumTo needs to be lower than lowerMaximumSecurityTo');
    }
  }
  const safe = isOlder(maxVersion, TLSVersion.TLSv1_2) ? maxVersion : TLSVersion.TLSv1_2;
  const raised = raiseMinimumTo !== null && isOlder(safe, raiseMinimumTo) ? raiseMinimumTo : safe;
  const minVersion = insecurelyLowerMinimumTo ?? raised;
  if (isOlder(maxVersion, minVersion)) {
    throw new ValueError('insecurelyLowerMinimumTo needs to be lower than lowerMaximumSecurityTo');
  }
  return { minVersion, maxVersion };
}

function unwrap<T extends object>(wrapped: Wrapped<T>): T {
  return 'original' in wrapped ? wrapped.original : wrapped;
}
