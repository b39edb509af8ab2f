/**
 * The server's end of a handshake.
 *
 * @see RFC 8446, section 2; RFC 5246, section 7.3
 */
import type { StartTLSOptions } from '../../../driver';

import { fault } from './alerts';
import { type ReadContext, readContext } from './contexts';
import { Expected, type Handshake, type HandshakeWire, readChain } from './handshake';
import type { CertificateMessage, ClientHello, Message, ServerHello } from './messages';
import type { TLSSurroundings } from './surroundings';

type ServerOptions = StartTLSOptions & { readonly role: 'server' };

export class ServerHandshake implements Handshake {
  readonly #wire: HandshakeWire;
  readonly #own: ReadContext;
  readonly #options: ServerOptions;
  readonly #surroundings: TLSSurroundings;
  readonly #expected = new Expected();
  #hello: ServerHello | null = null;
  /** The client's. */
  #certificate: Buffer | null = null;

  constructor(wire: HandshakeWire, own: ReadContext, options: ServerOptions, surroundings: TLSSurroundings) {
    this.#wire = wire;
    this.#own = own;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#expected.set('clientHello');
  }

  receive(message: Message): void {
    this.#expected.take(message);
    if (message.kind === 'clientHello') this.#answer(message);
    else if (message.kind === 'certificate') this.#verify(message);
    else if (this.#expected.isEmpty) this.#finish();
  }

  changedCipherSpec(): void {
    if (this.#hello !== null && this.#hello.version !== 'TLSv1.3') this.#wire.protectReading(this.#hello.version);
  }

  #answer(client: ClientHello): void {
    const { context } = this.#own;
    const chosen = this.#choose(client.serverName);
    const version = this.#own.versions.find((each) => client.versions.includes(each));
    if (version === undefined) throw fault('protocol_version', 'UNSUPPORTED_PROTOCOL');
    const ticket = this.#surroundings.tickets.redeem(context, client.ticket);
    const resumed = ticket?.version === version && client.ciphers.includes(ticket.cipher) ? ticket : null;
    const hello: ServerHello = {
      kind: 'serverHello',
      version,
      cipher: resumed?.cipher ?? this.#cipher(client, chosen, version),
      protocol: this.#protocol(client),
      isResumed: resumed !== null,
      asks: resumed === null && context.verification !== 'none',
    };
    this.#hello = hello;
    if (resumed?.certificate != null) this.#certificate = Buffer.from(resumed.certificate, 'base64');
    if (version === 'TLSv1.3') this.#answerModern(hello, chosen);
    else this.#answerOlder(hello, chosen);
  }

  #answerModern(hello: ServerHello, chosen: ReadContext): void {
    const wire = this.#wire;
    wire.send(hello);
    wire.changeCipherSpec();
    wire.protectWriting(hello.version);
    wire.protectReading(hello.version);
    const request = hello.asks ? ([{ kind: 'certificateRequest' }] as const) : [];
    const proof = [{ kind: 'certificate', chain: derOf(chosen) }, { kind: 'certificateVerify' }] as const;
    wire.send({ kind: 'encryptedExtensions' }, ...(hello.isResumed ? [] : [...request, ...proof]), {
      kind: 'finished',
    });
    if (hello.asks) this.#expected.set('certificate', 'finished');
    else this.#expected.set('finished');
  }

  #answerOlder(hello: ServerHello, chosen: ReadContext): void {
    const wire = this.#wire;
    if (hello.isResumed) {
      wire.send(hello);
      this.#endOlder();
      this.#expected.set('finished');
      return;
    }
    const request = hello.asks ? ([{ kind: 'certificateRequest' }] as const) : [];
    wire.send(hello, { kind: 'certificate', chain: derOf(chosen) }, { kind: 'serverKeyExchange' }, ...request, {
      kind: 'serverHelloDone',
    });
    if (hello.asks) this.#expected.set('certificate', 'clientKeyExchange', 'finished');
    else this.#expected.set('clientKeyExchange', 'finished');
  }

  #verify({ chain }: CertificateMessage): void {
    const isModern = this.#hello?.version === 'TLSv1.3';
    if (chain.length === 0) {
      if (this.#own.context.verification !== 'required') return;
      throw fault(isModern ? 'certificate_required' : 'handshake_failure', 'PEER_DID_NOT_RETURN_A_CERTIFICATE');
    }
    this.#certificate = readChain(chain, this.#own, this.#surroundings)[0]?.raw ?? null;
    // That it has the key is said after TLS 1.2's key exchange.
    this.#expected.insert(isModern ? 0 : 1, 'certificateVerify');
  }

  /** The client is finished. */
  #finish(): void {
    const { version, cipher, protocol, isResumed } = this.#hello as ServerHello;
    const isModern = version === 'TLSv1.3';
    if (!isModern && !isResumed) this.#endOlder();
    this.#wire.secured({
      version,
      cipher,
      negotiatedProtocol: protocol,
      peerCertificate: this.#certificate,
      sessionReused: isResumed,
    });
    if (isModern) this.#sendTicket();
  }

  #endOlder(): void {
    this.#sendTicket();
    this.#wire.changeCipherSpec();
    this.#wire.protectWriting((this.#hello as ServerHello).version);
    this.#wire.send({ kind: 'finished' });
  }

  #sendTicket(): void {
    const { context } = this.#own;
    if (!context.sessions) return;
    const { version, cipher } = this.#hello as ServerHello;
    const certificate = this.#certificate?.toString('base64') ?? null;
    const ticket = this.#surroundings.tickets.issue(context, { version, cipher, certificate });
    this.#wire.send({ kind: 'newSessionTicket', ticket });
  }

  /** Whose certificate is shown: that of the name that the client asks for. */
  #choose(serverName: string | null): ReadContext {
    const chosen = serverName === null ? null : (this.#options.chooseContext?.(serverName) ?? null);
    return chosen === null ? this.#own : readContext(chosen);
  }

  #cipher({ ciphers }: ClientHello, { chain }: ReadContext, version: string): string {
    const key = chain[0]?.publicKey.asymmetricKeyType;
    const authentication = key === undefined ? 'none' : key.startsWith('rsa') ? 'rsa' : 'ec';
    const fits = this.#own.ciphers.find(
      (cipher) =>
        authentication !== 'none' &&
        ciphers.includes(cipher.name) &&
        cipher.authentication === (version === 'TLSv1.3' ? null : authentication),
    );
    if (fits === undefined) throw fault('handshake_failure', 'NO_SHARED_CIPHER');
    return fits.name;
  }

  #protocol({ protocols }: ClientHello): string | null {
    const own = this.#own.context.protocols;
    if (own.length === 0 || protocols.length === 0) return null;
    const agreed = own.find((each) => protocols.includes(each));
    if (agreed === undefined) throw fault('no_application_protocol', 'NO_APPLICATION_PROTOCOL');
    return agreed;
  }
}

function derOf({ chain }: ReadContext): Buffer[] {
  return chain.map(({ raw }) => raw);
}
