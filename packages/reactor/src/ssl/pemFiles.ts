/**
 * Certificates and keys in files: the one file of this folder that reads any, when a factory is made that is given names.
 */
import { readFileSync } from 'node:fs';

import { OSError } from '../error';

import { type KeyObject, readCertificates, readPrivateKey, type X509Certificate } from './x509';

/**
 * The certificates in a PEM file, in order; at least one.
 *
 * @throws OSError when the file cannot be read, InvalidPEMError when there is none in it
 */
export function readCertificateFile(fileName: string): readonly X509Certificate[] {
  return readCertificates(readFile(fileName, 'certificate'), `'${fileName}'`);
}

/**
 * The private key in a PEM file.
 *
 * @throws OSError when the file cannot be read, InvalidPEMError when it is none
 */
export function readPrivateKeyFile(fileName: string): KeyObject {
  return readPrivateKey(readFile(fileName, 'private key'), `'${fileName}'`);
}

/** The text of a file of Diffie-Hellman parameters. Throws `OSError`. */
export function readParametersFile(fileName: string): string {
  return readFile(fileName, 'parameters');
}

function readFile(fileName: string, what: string): string {
  try {
    return readFileSync(fileName, 'latin1');
  } catch (error) {
    throw new OSError(`Cannot read the ${what} file '${fileName}': ${(error as Error).message}`, { cause: error });
  }
}
