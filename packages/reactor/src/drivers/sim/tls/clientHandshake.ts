/**
 * The client's end of a handshake, in TLS 1.3's order of messages or TLS 1.2's.
 *
 * @see RFC 8446, section 2; RFC 5246, section 7.3
 */
import type { SecuredInfo, StartTLSOptions } from '../../../driver';

import { fault } from './alerts';
import type { ReadContext } from './contexts';
import { Expected, type Handshake, type HandshakeWire, readChain } from './handshake';
import type { CertificateMessage, Message, ServerHello } from './messages';
import type { TLSSurroundings } from './surroundings';
import { verifyName } from './verification';

type ClientOptions = StartTLSOptions & { readonly role: 'client' };

/** What a client remembers of a session. */
interface Session {
  readonly ticket: string;
  readonly version: string;
  readonly cipher: string;
  /** The server's certificate, in base64. */
  readonly certificate: string | null;
}

export class ClientHandshake implements Handshake {
  readonly #wire: HandshakeWire;
  readonly #own: ReadContext;
  readonly #options: ClientOptions;
  readonly #surroundings: TLSSurroundings;
  readonly #expected = new Expected();
  readonly #session: Session | null;
  #hello: ServerHello | null = null;
  #certificate: Buffer | null = null;
  #isDone = false;
  /** Tickets that came before the handshake was done. */
  #tickets: string[] = [];

  constructor(wire: HandshakeWire, own: ReadContext, options: ClientOptions, surroundings: TLSSurroundings) {
    this.#wire = wire;
    this.#own = own;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#session = readSession(options.session);
    this.#expected.set('serverHello');
    const { peerName } = options;
    wire.send({
      kind: 'clientHello',
      versions: own.versions,
      ciphers: own.ciphers.map(({ name }) => name),
      serverName: peerName?.kind === 'dns' ? peerName.name : null,
      protocols: own.context.protocols,
      ticket: this.#session?.ticket ?? null,
    });
  }

  receive(message: Message): void {
    if (message.kind === 'newSessionTicket' && this.#hello !== null) {
      if (this.#isDone) this.#keep(message.ticket);
      else this.#tickets.push(message.ticket);
      return;
    }
    this.#expected.take(message);
    if (message.kind === 'serverHello') this.#begin(message);
    else if (message.kind === 'certificate') this.#verify(message);
    if (this.#expected.isEmpty) this.#finish();
  }

  changedCipherSpec(): void {
    if (this.#hello?.version !== 'TLSv1.3' && this.#hello !== null) this.#wire.protectReading(this.#hello.version);
  }

  #begin(hello: ServerHello): void {
    this.#hello = hello;
    const { version, isResumed, asks } = hello;
    if (!this.#own.versions.includes(version)) throw fault('protocol_version', 'UNSUPPORTED_PROTOCOL');
    const request = asks ? (['certificateRequest'] as const) : [];
    if (version === 'TLSv1.3') {
      this.#wire.protectReading(version);
      if (isResumed) this.#expected.set('encryptedExtensions', 'finished');
      else this.#expected.set('encryptedExtensions', ...request, 'certificate', 'certificateVerify', 'finished');
    } else if (isResumed) this.#expected.set('finished');
    else this.#expected.set('certificate', 'serverKeyExchange', ...request, 'serverHelloDone');
    if (isResumed) this.#certificate = fromBase64(this.#session?.certificate ?? null);
  }

  #verify({ chain }: CertificateMessage): void {
    const { context } = this.#own;
    const [certificate] = readChain(chain, this.#own, this.#surroundings);
    if (certificate === undefined) throw fault('decode_error', 'LENGTH_MISMATCH');
    if (context.verification !== 'none' && this.#options.peerName !== null) {
      verifyName(certificate, this.#options.peerName);
    }
    this.#certificate = certificate.raw;
  }

  /** The server has said all that was expected: this end's flight, and the end of the handshake or the wait for it. */
  #finish(): void {
    const { version, isResumed, asks } = this.#hello as ServerHello;
    const wire = this.#wire;
    const chain = this.#own.chain.map(({ raw }) => raw);
    const verify = chain.length > 0 ? ([{ kind: 'certificateVerify' }] as const) : [];
    const certificate = { kind: 'certificate', chain } as const;
    if (version === 'TLSv1.3') {
      wire.changeCipherSpec();
      wire.protectWriting(version);
      wire.send(...(asks && !isResumed ? [certificate, ...verify] : []), { kind: 'finished' });
      this.#done();
    } else if (isResumed) {
      wire.changeCipherSpec();
      wire.protectWriting(version);
      wire.send({ kind: 'finished' });
      this.#done();
    } else if (this.#isAwaitingFinished) {
      this.#done();
    } else {
      this.#isAwaitingFinished = true;
      this.#expected.set('finished');
      wire.send(...(asks ? [certificate] : []), { kind: 'clientKeyExchange' }, ...(asks ? verify : []));
      wire.changeCipherSpec();
      wire.protectWriting(version);
      wire.send({ kind: 'finished' });
    }
  }
  #isAwaitingFinished = false;

  #done(): void {
    const { version, cipher, protocol, isResumed } = this.#hello as ServerHello;
    this.#isDone = true;
    const info: SecuredInfo = {
      version,
      cipher,
      negotiatedProtocol: protocol,
      peerCertificate: this.#certificate,
      sessionReused: isResumed,
    };
    this.#wire.secured(info);
    for (const ticket of this.#tickets) this.#keep(ticket);
  }

  #keep(ticket: string): void {
    if (!this.#own.context.sessions) return;
    const { version, cipher } = this.#hello as ServerHello;
    const session: Session = { ticket, version, cipher, certificate: this.#certificate?.toString('base64') ?? null };
    this.#wire.session(Buffer.from(JSON.stringify(session)));
  }
}

function fromBase64(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64');
}

/** A session as it was handed out; anything else is ignored. */
function readSession(session: Buffer | null): Session | null {
  if (session === null) return null;
  try {
    return JSON.parse(session.toString()) as Session;
  } catch {
    return null;
  }
}
