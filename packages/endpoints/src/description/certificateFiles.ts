/**
 * Certificates and keys that descriptions name by their files: read when a description is taken apart, as in Twisted.
 *
 * @twisted twisted.internet.endpoints._parseSSL, _loadCAsFromDir, _privateCertFromPaths
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { OSError } from '@skein/reactor/error';
import {
  Certificate,
  DiffieHellmanParameters,
  FILETYPE_PEM,
  KeyPair,
  PrivateCertificate,
  type TrustRoot,
  trustRootFromCertificates,
} from '@skein/reactor/ssl';

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates in a PEM file, in order; at least one. Throws `OSError`, or `InvalidPEMError` when there is none. */
export function certificatesInFile(fileName: string): readonly Certificate[] {
  const pem = readFile(fileName);
  const blocks = pem.match(CERTIFICATE) ?? [pem];
  return blocks.map((block) => Certificate.loadPEM(block));
}

/** The private key in a PEM file. Throws `OSError`, or `InvalidPEMError` when there is none. */
export function keyInFile(fileName: string): KeyPair {
  return KeyPair.load(readFile(fileName), FILETYPE_PEM);
}

/** The Diffie-Hellman parameters in a PEM file. Throws `OSError`, or `InvalidPEMError` when there are none. */
export function parametersInFile(fileName: string): DiffieHellmanParameters {
  return DiffieHellmanParameters.loadPEM(readFile(fileName));
}

/** A certificate with its key, and with what follows it in its file. Throws `VerifyError` when the two do not fit. */
export function withKey([own, ...chain]: readonly Certificate[], key: KeyPair): PrivateCertificate {
  if (own === undefined) throw new TypeError('cannot show a certificate, wanted one');
  return new PrivateCertificate(
    own.original,
    key,
    chain.map(({ original }) => original),
  );
}

/** The authorities in a folder: what can be read of its `.pem` files. Throws `OSError` when the folder cannot be read. */
export function authoritiesInFolder(folder: string): TrustRoot {
  const authorities = new Map<string, Certificate>();
  for (const name of listFolder(folder)) {
    if (!name.toLowerCase().endsWith('.pem')) continue;
    try {
      const [certificate] = certificatesInFile(path.join(folder, name));
      if (certificate !== undefined) authorities.set(certificate.dumpPEM(), certificate);
    } catch {
      // As in Twisted: a file that is no certificate, or not ours to read, is none of the authorities.
    }
  }
  return trustRootFromCertificates(authorities.values());
}

/** A file's text. Throws `OSError`. */
function readFile(fileName: string): string {
  try {
    return readFileSync(fileName, 'latin1');
  } catch (error) {
    throw new OSError((error as Error).message, { cause: error });
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new OSError((error as Error).message, { cause: error });
  }
}
