/** iosim's pretended TLS, and AMP's StartTLS over it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type ISSLTransport, ISSLTransport as Secured } from '@skein/reactor/interfaces';
import { type Certificate, CertificateOptions, PrivateCertificate, TLSError } from '@skein/reactor/ssl';

import * as amp from '../../src/amp';
import { AccumulatingProtocol, connectedServerAndClient, type FakeTransport } from '../../src/testing';

const PEM = path.join(__dirname, '../../../../conformance/fixtures/server.pem');
const certificate = PrivateCertificate.loadPEM(readFileSync(PEM));

const pair = () =>
  connectedServerAndClient(
    () => new AccumulatingProtocol(),
    () => new AccumulatingProtocol(),
  );
const secure = (transport: unknown, options: object = new CertificateOptions()): void =>
  (transport as FakeTransport).startTLS(options as CertificateOptions);

describe('FakeTransport.startTLS', () => {
  it('FakeTransport.startTLS keeps what is written until both sides have started it', () => {
    const { client, server, pump } = pair();
    client.transport.write('plain ');
    secure(client.transport);
    client.transport.write('secret');
    secure(server.transport, certificate.options());
    expect(Secured.providedBy(client.transport)).toBe(false);
    pump.pump();
    expect(server.data.toString()).toBe('plain ');
    pump.flush();
    expect(server.data.toString()).toBe('plain secret');
    const secured = client.transport as unknown as ISSLTransport;
    expect(Secured.providedBy(secured)).toBe(true);
    expect((secured.getPeerCertificate() as Certificate).equals(certificate)).toBe(true);
    expect((server.transport as unknown as ISSLTransport).getPeerCertificate()).toBeNull();
  });

  it('FakeTransport.startTLS ends with TLSError for a side that does not accept the other', () => {
    const { client, server, pump } = pair();
    secure(client.transport, Object.assign(new CertificateOptions(), { iosimVerify: () => false }));
    secure(server.transport);
    pump.flush();
    expect([client.closed, server.closed]).toEqual([true, true]);
    expect(client.closedReason?.value).toBeInstanceOf(TLSError);
  });

  it('FakeTransport reports TLSError for an end in the middle of the handshake', () => {
    const { client, server, pump } = pair();
    secure(server.transport);
    client.transport.loseConnection();
    pump.flush();
    expect(server.closedReason?.value).toBeInstanceOf(TLSError);
  });

  it('FakeTransport carries AMP whose TLS is started between two boxes', () => {
    class Greet extends amp.Command {
      static override readonly arguments = { name: amp.Unicode() };
      static override readonly response = { text: amp.Unicode() };
    }
    const { client, server, pump } = connectedServerAndClient(
      () => new amp.AMP(),
      () => new amp.AMP(),
    );
    amp.StartTLS.responder(server, () => ({ tls_localCertificate: certificate }));
    Greet.responder(server, ({ name }) => ({ text: `hello, ${name}` }));
    const answers: unknown[] = [];
    client.callRemote(amp.StartTLS, { tls_verifyAuthorities: [certificate] }).addCallback(() => {
      answers.push('secured');
    });
    client.callRemote(Greet, { name: 'Ada' }).addCallback((answer) => {
      answers.push(answer);
    });
    pump.flush();
    expect(answers).toEqual(['secured', { text: 'hello, Ada' }]);
    expect(client.peerCertificate.equals(certificate)).toBe(true);
  });
});
