import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CertificateError, OSError, ValueError, VerifyError } from '../../src/error';
import {
  AcceptableCiphers,
  Certificate,
  CertificateOptions,
  ClientContextFactory,
  ContextFactory,
  DefaultOpenSSLContextFactory,
  DistinguishedName,
  DN,
  FILETYPE_PEM,
  InvalidPEMError,
  KeyPair,
  optionsForClientTLS,
  platformTrust,
  PrivateCertificate,
  TLSVersion,
  trustRootFromCertificates,
} from '../../src/ssl';
import { conformanceFolder } from '../conformance/load';

import { Authority } from './authority';

const fixture = (name: string): string => join(conformanceFolder(), 'fixtures', name);
const read = (name: string): string => readFileSync(fixture(name), 'latin1');

let authority: Authority;
beforeAll(() => {
  authority = new Authority();
});
afterAll(() => {
  authority.remove();
});

describe('Certificate', () => {
  const certificate = Certificate.loadPEM(read('server.crt'));

  it('loadPEM, load and dump are inverse', () => {
    expect(Certificate.load(certificate.dump()).equals(certificate)).toBe(true);
    expect(Certificate.loadPEM(certificate.dumpPEM()).equals(certificate)).toBe(true);
    expect(Certificate.loadPEM(Buffer.from(read('server.crt'))).equals(certificate)).toBe(true);
    expect(certificate.equals(Certificate.loadPEM(read('client.crt')))).toBe(false);
    expect(certificate.dumpPEM().trim()).toBe(read('server.crt').trim());
  });

  it('says whom it is of, by whom, and which it is', () => {
    expect([certificate.getSubject().CN, certificate.getIssuer().commonName]).toEqual(['localhost', 'localhost']);
    expect(String(certificate)).toBe('<Certificate Subject=localhost Issuer=localhost>');
    expect(certificate.serialNumber()).toBe(BigInt(`0x${certificate.original.serialNumber}`));
    expect(certificate.digest('sha1')).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    expect(certificate.inspect()).toContain(`Common Name: localhost\n\nIssuer:\n`);
    expect(certificate.inspect()).toMatch(/\nPublic Key with Hash: [0-9a-f]{32}$/);
  });

  it.each([
    ['', /no start line|PEM/],
    [readFileSync(fixture('bad.pem'), 'latin1'), /Cannot read a certificate from 18 bytes of PEM: .*; it begins '/],
    ['-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n', /Cannot read a certificate/],
  ])('loadPEM throws InvalidPEMError for %j', (text, message) => {
    expect(() => Certificate.loadPEM(text)).toThrow(InvalidPEMError);
    expect(() => Certificate.loadPEM(text)).toThrow(message);
  });

  it('peerFromTransport throws CertificateError when the transport is not secured', () => {
    expect(() => Certificate.peerFromTransport({})).toThrow(CertificateError);
  });
});

describe('PrivateCertificate', () => {
  it('loadPEM reads a certificate and its key in any order, with what leads to an authority', () => {
    const { certificate, key } = authority.files('x');
    const text = (file: string): string => readFileSync(file, 'latin1');
    const [own, ownKey, above] = [text(certificate), text(key), text(authority.certificateFile)];
    for (const pem of [own + ownKey + above, ownKey + own + above, own + above + ownKey]) {
      const loaded = PrivateCertificate.loadPEM(pem);
      expect(loaded.getSubject().CN).toBe('x');
      expect(loaded.chain.map(String)).toEqual([authority.certificate.dumpPEM()]);
      expect(loaded.options().getContext().certificateChain).toBe(
        loaded.original.toString() + authority.certificate.dumpPEM(),
      );
    }
  });

  it('loadPEM throws VerifyError when the key is another one', () => {
    expect(() => PrivateCertificate.loadPEM(read('server.crt') + read('client.key'))).toThrow(VerifyError);
    const key = KeyPair.load(read('client.key'), FILETYPE_PEM);
    expect(() => PrivateCertificate.load(Certificate.loadPEM(read('server.crt')).dump(), key)).toThrow(VerifyError);
  });

  it('loadPEM throws InvalidPEMError when one of them is missing, and never quotes a key', () => {
    expect(() => PrivateCertificate.loadPEM(read('server.crt'))).toThrow(/Cannot read a private key/);
    expect(() => PrivateCertificate.loadPEM(read('server.key'))).toThrow(/Cannot read a certificate/);
    let message = '';
    try {
      KeyPair.load('-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n', FILETYPE_PEM);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/Cannot read a private key/);
    expect(message).not.toContain('SECRET');
  });

  it('dumpPEM can be loaded again', () => {
    const certificate = authority.sign('x');
    const again = PrivateCertificate.loadPEM(certificate.dumpPEM());
    expect([again.equals(certificate), again.privateKey.matches(certificate.privateKey)]).toEqual([true, true]);
    expect(String(again)).toMatch(/^<PrivateCertificate Subject=x Issuer=Test Authority> with <KeyPair [0-9a-f]{32}>$/);
    const parts = PrivateCertificate.fromCertificateAndKeyPair(Certificate.load(again.dump()), again.privateKey);
    expect(parts.dumpPEM()).toBe(certificate.dumpPEM());
    expect(PrivateCertificate.load(again.dump(), again.privateKey).equals(again)).toBe(true);
  });
});

describe('KeyPair', () => {
  it('load and dump are inverse, in both formats', () => {
    const key = KeyPair.load(read('server.key'), FILETYPE_PEM);
    expect(KeyPair.load(key.dump()).matches(key)).toBe(true);
    expect(KeyPair.load(key.dump(FILETYPE_PEM), FILETYPE_PEM).matches(key)).toBe(true);
    expect(key.matches(Certificate.loadPEM(read('server.crt')).getPublicKey())).toBe(true);
    expect(key.matches(KeyPair.load(read('client.key'), FILETYPE_PEM))).toBe(false);
    expect(key.inspect()).toMatch(/^2048-bit RSA Key Pair with Hash: [0-9a-f]{32}$/);
  });
});

describe('DistinguishedName', () => {
  it('has its fields under both of their names', () => {
    const dn = new DN({ commonName: 'www.example.com', C: 'US' });
    expect([dn.CN, dn.commonName, dn.countryName, dn.O]).toEqual([
      'www.example.com',
      'www.example.com',
      'US',
      undefined,
    ]);
    expect(String(dn)).toBe('<DN "commonName":"www.example.com","countryName":"US">');
    expect(dn.inspect()).toBe('   Common Name: www.example.com\n  Country Name: US');
    expect(dn.equals(new DistinguishedName({ CN: 'www.example.com', countryName: 'US' }))).toBe(true);
    expect(dn.equals(new DistinguishedName({ CN: 'www.example.com' }))).toBe(false);
  });

  it('throws TypeError for a field that there is not', () => {
    expect(() => new DistinguishedName({ X: 'y' } as never)).toThrow("'X' is not a valid OpenSSL X509 name field");
  });
});

describe('CertificateOptions', () => {
  const { privateKey, original: certificate } = PrivateCertificate.loadPEM(read('server.pem'));

  it('speaks TLS 1.2 and 1.3, verifies nothing and keeps no sessions, if nothing is said', () => {
    expect(new CertificateOptions().getContext()).toMatchObject({
      certificateChain: null,
      privateKey: null,
      verification: 'none',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      protocols: [],
      sessions: false,
    });
  });

  it.each([
    [{ raiseMinimumTo: TLSVersion.TLSv1_3 }, 'TLSv1.3', 'TLSv1.3'],
    [{ raiseMinimumTo: TLSVersion.TLSv1_1 }, 'TLSv1.2', 'TLSv1.3'],
    [{ insecurelyLowerMinimumTo: TLSVersion.TLSv1_0 }, 'TLSv1', 'TLSv1.3'],
    [{ lowerMaximumSecurityTo: TLSVersion.TLSv1_2 }, 'TLSv1.2', 'TLSv1.2'],
    [{ lowerMaximumSecurityTo: TLSVersion.TLSv1_1 }, 'TLSv1.1', 'TLSv1.1'],
  ])('%j speaks %s to %s', (options, minVersion, maxVersion) => {
    expect(new CertificateOptions(options).getContext()).toMatchObject({ minVersion, maxVersion });
  });

  it.each([
    [{ privateKey }, ValueError],
    [{ certificate }, ValueError],
    [{ extraCertChain: [certificate] }, ValueError],
    [{ verify: true }, ValueError],
    [{ raiseMinimumTo: TLSVersion.TLSv1_3, lowerMaximumSecurityTo: TLSVersion.TLSv1_2 }, ValueError],
    [{ insecurelyLowerMinimumTo: TLSVersion.TLSv1_3, lowerMaximumSecurityTo: TLSVersion.TLSv1_2 }, ValueError],
    [{ insecurelyLowerMinimumTo: TLSVersion.TLSv1_0, raiseMinimumTo: TLSVersion.TLSv1_3 }, TypeError],
    [{ trustRoot: platformTrust(), verify: true }, TypeError],
    [{ trustRoot: platformTrust(), caCerts: [certificate] }, TypeError],
    [{ acceptableCiphers: { selectCiphers: () => [] } }, ValueError],
  ])('throws for arguments that do not go together (%#)', (options, expected) => {
    expect(() => new CertificateOptions(options)).toThrow(expected);
  });

  it('takes keys and certificates of this module and of node:crypto alike', () => {
    const wrapped = new CertificateOptions({ privateKey, certificate: new Certificate(certificate) });
    const bare = new CertificateOptions({ privateKey: privateKey.original, certificate });
    expect(wrapped.getContext()).toEqual(bare.getContext());
  });

  it('takes ciphers from any provider of IAcceptableCiphers', () => {
    const selectCiphers = (available: readonly { fullName: string }[]) => available.slice(0, 1);
    const { ciphers } = new CertificateOptions({ acceptableCiphers: { selectCiphers } }).getContext();
    expect(ciphers).toBe('TLS_AES_256_GCM_SHA384');
    const named = AcceptableCiphers.fromOpenSSLCipherString('B:A');
    expect(named.selectCiphers([{ fullName: 'A' }, { fullName: 'C' }])).toEqual([{ fullName: 'A' }]);
  });

  it('takes authorities from certificates, sets of them, and the platform', () => {
    const some = Certificate.loadPEM(read('client.crt'));
    const trustOf = (trustRoot: NonNullable<ConstructorParameters<typeof CertificateOptions>[0]>['trustRoot'] & {}) =>
      new CertificateOptions({ trustRoot }).getContext();
    expect(trustOf(some)).toMatchObject({ verification: 'required', trust: [some.dumpPEM()] });
    expect(trustOf(trustRootFromCertificates([some, some])).trust).toHaveLength(2);
    expect(trustOf(platformTrust()).trust).toBe('platform');
    expect(() => trustRootFromCertificates(['no certificate'] as never)).toThrow(TypeError);
  });
});

describe('optionsForClientTLS', () => {
  const nameOf = (hostname: string): unknown => optionsForClientTLS(hostname).clientConnectionForTLS().peerName;

  it.each([
    ['example.com', 'dns', 'example.com'],
    ['Example.COM.', 'dns', 'example.com'],
    ['bücher.example', 'dns', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'dns', 'xn--bcher-kva.example'],
    ['192.0.2.1', 'ip', '192.0.2.1'],
    ['2001:db8::1', 'ip', '2001:db8::1'],
  ])('%s is verified as the %s name %s', (hostname, kind, name) => {
    expect(nameOf(hostname)).toEqual({ kind, name });
  });

  it('throws for what cannot be a host name', () => {
    expect(() => nameOf('')).toThrow(ValueError);
    expect(() => nameOf('a b')).toThrow("Cannot verify host name 'a b'");
    expect(() => nameOf(Buffer.from('example.com') as never)).toThrow(
      'optionsForClientTLS requires text for host names',
    );
  });

  it('always verifies', () => {
    const { context } = optionsForClientTLS('example.com').clientConnectionForTLS();
    expect(context).toMatchObject({ verification: 'required', trust: 'platform' });
  });
});

describe('DefaultOpenSSLContextFactory', () => {
  it('reads a key and a certificate from files', () => {
    const factory = new DefaultOpenSSLContextFactory(fixture('server.key'), fixture('server.crt'));
    expect(factory.getContext()).toBe(factory.getContext());
    expect(factory.getContext().certificateChain?.trim()).toBe(read('server.crt').trim());
  });

  it('throws an error that names the file', () => {
    const make = (key: string, certificate: string) => () => new DefaultOpenSSLContextFactory(key, certificate);
    const [key, certificate] = [fixture('server.key'), fixture('server.crt')];
    expect(make('/no/such/file', certificate)).toThrow(OSError);
    expect(make('/no/such/file', certificate)).toThrow("Cannot read the private key file '/no/such/file': ENOENT");
    expect(make(key, fixture('bad.pem'))).toThrow(InvalidPEMError);
    expect(make(key, fixture('bad.pem'))).toThrow(fixture('bad.pem'));
    expect(make(fixture('client.key'), certificate)).toThrow(VerifyError);
    expect(make(fixture('client.key'), certificate)).toThrow(fixture('client.key'));
    const broken = join(authority.directory, 'broken.key');
    writeFileSync(broken, read('server.key').slice(0, 200));
    expect(make(broken, certificate)).toThrow(`Cannot read a private key from '${broken}'`);
  });
});

describe('ContextFactory', () => {
  it('getContext is for subclasses to write', () => {
    expect(() => new ContextFactory().getContext()).toThrow('');
    expect([new ContextFactory().isClient, new ClientContextFactory().isClient]).toEqual([false, true]);
    expect(new ClientContextFactory().getContext().verification).toBe('none');
  });
});
