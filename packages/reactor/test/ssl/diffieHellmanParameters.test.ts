import { readFileSync } from 'node:fs';
import path from 'node:path';

import { OSError } from '../../src/error';
import { CertificateOptions, DiffieHellmanParameters } from '../../src/ssl';
import { InvalidPEMError } from '../../src/ssl/errors';

const FILE = path.join(__dirname, 'ffdhe2048.pem'); // RFC 7919
const PEM = readFileSync(FILE, 'latin1').trim();

/** PEM of any bytes. */
const pem = (...bytes: number[]) =>
  `-----BEGIN DH PARAMETERS-----\n${Buffer.from(bytes).toString('base64')}\n-----END DH PARAMETERS-----\n`;

describe('DiffieHellmanParameters', () => {
  it('DiffieHellmanParameters.loadPEM takes the parameters out of what is around them, and CertificateOptions hands them on', () => {
    const parameters = DiffieHellmanParameters.loadPEM(`2048 bits\n${PEM}\nand more`);
    expect(parameters.original).toBe(PEM);
    expect(new CertificateOptions({ dhParameters: parameters }).getContext().dhParameters).toBe(PEM);
    expect(new CertificateOptions().getContext().dhParameters).toBeNull();
  });

  it.each([
    ['no PEM', 'hello'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['nothing', pem()],
    ['no sequence', pem(2, 1, 5)],
    ['a sequence of one number', pem(0x30, 3, 2, 1, 5)],
    ['a length past the end', pem(0x30, 6, 2, 0x7f, 5, 2, 1, 2)],
    ['a length without an end', pem(0x30, 0x80, 2, 1, 5, 2, 1, 2)],
    ['a length of more bytes than there are', pem(0x30, 0x84, 0xff)],
    ['a prime of no digits', pem(0x30, 5, 2, 0, 2, 1, 2)],
    ['half of them', PEM.replace(/\n(.*\n){3}ssbz/, '\nssbz')],
  ])('DiffieHellmanParameters.loadPEM throws InvalidPEMError for %s', (_what, text) => {
    const load = () => DiffieHellmanParameters.loadPEM(text);
    expect(load).toThrow(InvalidPEMError);
    expect(load).toThrow('wanted a PEM block "DH PARAMETERS"');
  });

  it('DiffieHellmanParameters.loadPEM refuses a prime that OpenSSL would refuse later, and says how long it is', () => {
    expect(() => DiffieHellmanParameters.loadPEM(pem(0x30, 6, 2, 1, 23, 2, 1, 5))).toThrow(
      'the prime has 5 bits, wanted at least 1024',
    );
  });

  it('DiffieHellmanParameters.fromFile reads a file, and throws OSError when it cannot', () => {
    expect(DiffieHellmanParameters.fromFile(FILE).original).toBe(PEM);
    expect(() => DiffieHellmanParameters.fromFile(`${FILE}.none`)).toThrow(OSError);
  });
});
