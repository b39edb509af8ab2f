/**
 * Who one is, in descriptions: certificates and keys, by the files they are in.
 *
 * @twisted twisted.internet.endpoints._parseSSL, _privateCertFromPaths, _parseTrustRootPath
 */
import { CertificateOptions, type PrivateCertificate, TLSVersion } from '@skein/reactor/ssl';

import type { Arguments, Parameter } from '../arguments';
import { certificatesInFile, keyInFile, parametersInFile, withKey } from '../certificateFiles';

const DEFAULT_KEY = 'server.pem';

/** OpenSSL's names of its methods, as Twisted's descriptions have them, and the version that each speaks; null: the usual ones. */
const METHODS: Readonly<Record<string, TLSVersion | null>> = {
  TLS_METHOD: null,
  SSLv23_METHOD: null,
  TLSv1_METHOD: TLSVersion.TLSv1_0,
  TLSv1_1_METHOD: TLSVersion.TLSv1_1,
  TLSv1_2_METHOD: TLSVersion.TLSv1_2,
};

/** A server's arguments. */
export const SERVER_IDENTITY = {
  privateKey: { name: 'privateKey', what: 'the PEM file with the private key', default: DEFAULT_KEY },
  certKey: {
    name: 'certKey',
    what: 'the PEM file with the certificate, and what leads from it to an authority',
    default: 'the file of `privateKey`',
  },
  sslmethod: {
    name: 'sslmethod',
    what: 'the one version to speak; the first two mean any',
    default: 'TLS 1.2 and later',
  },
  extraCertChain: {
    name: 'extraCertChain',
    what: 'a PEM file with certificates that lead from yours to an authority',
    default: 'none',
  },
  dhParameters: {
    name: 'dhParameters',
    what: 'a PEM file with Diffie-Hellman parameters, for clients that speak `DHE` and not `ECDHE`',
    default: 'none: no `DHE`',
  },
} as const satisfies Record<string, Parameter>;

/** The context of a server, from the arguments of `SERVER_IDENTITY`. */
export function serverContext(args: Arguments): CertificateOptions {
  const keyFile = args.text('privateKey') ?? DEFAULT_KEY;
  const key = args.read('privateKey', keyInFile, DEFAULT_KEY) as NonNullable<ReturnType<typeof keyInFile>>;
  const own = args.read('certKey', (file) => withKey(certificatesInFile(file), key), keyFile) as PrivateCertificate;
  const chain = args.read('extraCertChain', certificatesInFile) ?? [];
  const version = METHODS[args.word('sslmethod', Object.keys(METHODS)) ?? 'TLS_METHOD'] ?? null;
  const dhParameters = args.read('dhParameters', parametersInFile);
  return new CertificateOptions({
    privateKey: key,
    certificate: own,
    dhParameters,
    extraCertChain: [...own.chain, ...chain],
    ...(version !== null && { insecurelyLowerMinimumTo: version, lowerMaximumSecurityTo: version }),
  });
}

/** What a client shows: a certificate, and the key beside it or in a file of its own. Null: nothing. */
export function clientCertificate(args: Arguments, certificateName: string): PrivateCertificate | null {
  const certificateFile = args.text(certificateName);
  if (certificateFile === null) {
    if (args.text('privateKey') === null) return null;
    throw new TypeError(args.problem(`privateKey is given without ${certificateName}`));
  }
  const keyOwner = args.text('privateKey') === null ? certificateName : 'privateKey';
  const key = args.read(keyOwner, keyInFile) as NonNullable<ReturnType<typeof keyInFile>>;
  return args.read(certificateName, (file) => withKey(certificatesInFile(file), key));
}
