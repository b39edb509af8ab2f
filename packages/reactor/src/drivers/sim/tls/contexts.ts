/**
 * What a `TLSContext` means to the model: certificates read, ciphers and versions listed. Worked out once for each context.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';

import { DriverError, TLS_SYSCALL, type TLSContext } from '../../../driver';
import type { TLSVersionName } from '../../../interfaces/tls';

import { ciphersOf, type Cipher } from './ciphers';

export interface ReadContext {
  readonly context: TLSContext;
  /** This side's certificate and what leads from it to an authority. */
  readonly chain: readonly X509Certificate[];
  /** The authorities; null: the platform's. */
  readonly trust: readonly X509Certificate[] | null;
  /** The best first. */
  readonly ciphers: readonly Cipher[];
  /** The newest first. */
  readonly versions: readonly TLSVersionName[];
}

const VERSIONS: readonly TLSVersionName[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'];
const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g;

const read = new WeakMap<TLSContext, ReadContext>();

/** @throws DriverError when there is something wrong with it, by OpenSSL's name */
export function readContext(context: TLSContext): ReadContext {
  let known = read.get(context);
  if (known === undefined) {
    known = {
      context,
      chain: identityOf(context),
      trust: context.trust === 'platform' ? null : context.trust.flatMap(certificatesOf),
      ciphers: ciphersOf(context.ciphers),
      versions: VERSIONS.slice(VERSIONS.indexOf(context.maxVersion), VERSIONS.indexOf(context.minVersion) + 1),
    };
    read.set(context, known);
  }
  return known;
}

function identityOf({ certificateChain, privateKey }: TLSContext): readonly X509Certificate[] {
  if (certificateChain === null || privateKey === null) return [];
  const chain = certificatesOf(certificateChain);
  let fits: boolean;
  try {
    fits = chain[0]?.checkPrivateKey(createPrivateKey(privateKey)) === true;
  } catch (error) {
    throw unreadable(error);
  }
  if (!fits) throw new DriverError('ERR_OSSL_X509_KEY_VALUES_MISMATCH', TLS_SYSCALL, 'key values mismatch');
  return chain;
}

/** The certificates in a PEM text, in order. */
function certificatesOf(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(PEM_BLOCK);
  if (blocks === null) throw unreadable(new Error('no start line'));
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): DriverError {
  const { message } = cause as Error;
  return new DriverError('ERR_OSSL_PEM_NO_START_LINE', TLS_SYSCALL, message, { cause });
}
