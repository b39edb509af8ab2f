/**
 * The older context factories, for code that is ported with them.
 *
 * @twisted twisted.internet.ssl.ContextFactory, DefaultOpenSSLContextFactory, ClientContextFactory
 *
 * `sslmethod` is left out. Both speak TLS 1.2 and later.
 */
import { NotImplementedError, VerifyError } from '../error';
import type { IOpenSSLContextFactory, TLSContext } from '../interfaces';

import { CertificateOptions } from './certificateOptions';
import { readCertificateFile, readPrivateKeyFile } from './pemFiles';

/** To be subclassed. */
export class ContextFactory implements IOpenSSLContextFactory {
  readonly isClient: boolean = false;

  getContext(): TLSContext {
    throw new NotImplementedError();
  }
}

/**
 * A server's context from two PEM files: its key, and its certificate with what leads from it to an authority.
 * `PrivateCertificate.loadPEM(…).options()` does the same without reading files by itself.
 */
export class DefaultOpenSSLContextFactory extends ContextFactory {
  readonly privateKeyFileName: string;
  readonly certificateFileName: string;
  readonly #options: CertificateOptions;

  /** @throws OSError, InvalidPEMError, VerifyError, each naming the file */
  constructor(privateKeyFileName: string, certificateFileName: string) {
    super();
    this.privateKeyFileName = privateKeyFileName;
    this.certificateFileName = certificateFileName;
    const privateKey = readPrivateKeyFile(privateKeyFileName);
    const [certificate, ...extraCertChain] = readCertificateFile(certificateFileName);
    if (certificate?.checkPrivateKey(privateKey) !== true) {
      throw new VerifyError(`The private key in '${privateKeyFileName}' is not that of '${certificateFileName}'`);
    }
    this.#options = new CertificateOptions({ privateKey, certificate, extraCertChain });
  }

  override getContext(): TLSContext {
    return this.#options.getContext();
  }
}

/**
 * A client's context that verifies nothing: encrypted, and with whomever. Use `optionsForClientTLS` unless that is meant.
 */
export class ClientContextFactory extends ContextFactory {
  override readonly isClient = true;
  readonly #options = new CertificateOptions();

  override getContext(): TLSContext {
    return this.#options.getContext();
  }
}
