/**
 * A certificate authority for tests: the `openssl` program, in a directory of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Certificate, PrivateCertificate } from '../../src/ssl';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** What to put into a certificate. */
export interface Wanted {
  /** The subject alternative names, as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** How long it holds; negative: it is over. */
  readonly days?: number;
}

export class Authority {
  readonly directory = mkdtempSync(join(tmpdir(), 'skein-tls-'));
  readonly certificate: Certificate;
  readonly certificateFile: string;
  readonly #key: string;
  #count = 0;

  constructor(name = 'Test Authority') {
    this.certificateFile = join(this.directory, 'ca.crt');
    this.#key = join(this.directory, 'ca.key');
    const made = ['-keyout', this.#key, '-out', this.certificateFile, '-subj', `/CN=${name}`, '-days', '30'];
    openssl('req', '-x509', ...KEY, ...made);
    this.certificate = Certificate.loadPEM(readFileSync(this.certificateFile));
  }

  /** Files with a certificate, its key, and both. */
  files(commonName: string, { names, days = 30 }: Wanted = {}): { certificate: string; key: string; pem: string } {
    this.#count += 1;
    const file = (extension: string): string => join(this.directory, `${String(this.#count)}.${extension}`);
    const [request, certificate, key, pem] = [file('csr'), file('crt'), file('key'), file('pem')];
    const extension = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
    openssl('req', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${commonName}`, ...extension);
    const signer = ['-CA', this.certificateFile, '-CAkey', this.#key, '-days', String(days)];
    openssl('x509', '-req', '-in', request, '-out', certificate, ...signer, '-copy_extensions', 'copy');
    writeFileSync(pem, readFileSync(certificate, 'latin1') + readFileSync(key, 'latin1'));
    return { certificate, key, pem };
  }

  /** A certificate with its key. */
  sign(commonName: string, wanted?: Wanted): PrivateCertificate {
    return PrivateCertificate.loadPEM(readFileSync(this.files(commonName, wanted).pem));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Runs the program; what it says is only of interest when it fails. */
function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });
}
