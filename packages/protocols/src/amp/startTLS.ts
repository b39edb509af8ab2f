/**
 * From plain AMP to AMP over TLS, in the middle of a connection.
 *
 * @twisted twisted.protocols.amp.StartTLS
 *
 * Left out: the temporary certificate that Twisted makes for a server that has none (certificates are not made here), and with it the
 * responder that every `AMP` of Twisted has. Who wants TLS on the answering side adds a responder.
 */
import type { Deferred } from '@skein/reactor/defer';
import {
  type Certificate,
  CertificateOptions,
  type PrivateCertificate,
  trustRootFromCertificates,
} from '@skein/reactor/ssl';

import { AmpBox } from './ampBox';
import { Argument } from './argument';
import type { BinaryBoxProtocol } from './binaryBoxProtocol';
import { Command, type CommandCaller } from './command';
import type { IBoxSender } from './interfaces';

/** How one side secures a connection. */
export interface TLSParameters {
  /** What it shows; null: nothing, which only the side that connected can do. */
  readonly certificate: PrivateCertificate | null;
  /** Whose certificates the peer has to show; null: it is not looked at. */
  readonly authorities: readonly Certificate[] | null;
}

/** The context factory for these parameters. */
export function contextFactoryOf({ certificate, authorities }: TLSParameters): CertificateOptions {
  if (certificate !== null) return certificate.options(...(authorities ?? []));
  return new CertificateOptions(authorities === null ? {} : { trustRoot: trustRootFromCertificates(authorities) });
}

/** A box that starts TLS when it is sent: the answer to `StartTLS`. */
class TLSBox extends AmpBox {
  certificate: PrivateCertificate | null = null;
  authorities: readonly Certificate[] | null = null;

  override sendTo(sender: IBoxSender): void {
    super.sendTo(sender);
    (sender as BinaryBoxProtocol).startTLS(this);
  }
}

/** An argument that stays on its side. */
class LocalArgument<T> extends Argument<T, undefined, true> {
  readonly #keep: (box: TLSBox, value: T) => void;

  constructor(keep: (box: TLSBox, value: T) => void) {
    super({ optional: true });
    this.#keep = keep;
  }

  override toBox(name: string, strings: AmpBox, objects: Readonly<Record<string, unknown>>): void {
    const value = objects[name] as T | null | undefined;
    if (strings instanceof TLSBox && value !== undefined && value !== null) this.#keep(strings, value);
  }

  override fromBox(): void {}

  override toBytes(): Buffer {
    return Buffer.alloc(0);
  }

  override fromBytes(): undefined {
    return undefined;
  }
}

const LOCAL = {
  /** The certificate, with its key, of the side that gives it. */
  tls_localCertificate: new LocalArgument<PrivateCertificate>((box, value) => {
    box.certificate = value;
  }),
  /** The authorities that this side trusts; without them the peer is not looked at. */
  tls_verifyAuthorities: new LocalArgument<readonly Certificate[]>((box, value) => {
    box.authorities = value;
  }),
};

/**
 * Starts TLS, once in a connection. The caller's arguments and the values of the answer are each for their own side: neither is
 * sent. Boxes that are sent in between wait.
 *
 * @twisted twisted.protocols.amp.StartTLS
 *
 * @example
 * readonly startTLSResponder = StartTLS.responder(this, () => ({ tls_localCertificate: certificate })); // the server
 * amp.callRemote(StartTLS, { tls_verifyAuthorities: [authority] }); // the client
 */
export class StartTLS extends Command {
  static override readonly arguments = LOCAL;
  static override readonly response = LOCAL;
  static override readonly responseType: new () => AmpBox = TLSBox;
  readonly #parameters: TLSParameters;

  static {
    // The name on the wire, whatever a minifier does; subclasses have names of their own.
    Object.defineProperty(this, 'name', { value: 'StartTLS', configurable: true });
  }

  constructor(structured: { tls_localCertificate?: unknown; tls_verifyAuthorities?: unknown } = {}) {
    super(structured);
    this.#parameters = {
      certificate: (structured.tls_localCertificate ?? null) as PrivateCertificate | null,
      authorities: (structured.tls_verifyAuthorities ?? null) as readonly Certificate[] | null,
    };
  }

  override doCommand(caller: CommandCaller): Deferred<Record<string, unknown>> | null {
    const answer = super.doCommand(caller);
    const proto = caller.boxSender as BinaryBoxProtocol;
    proto.prepareTLS(this.#parameters);
    return (
      answer?.addCallbacks(
        (response) => {
          proto.startTLS(this.#parameters);
          return response;
        },
        (failure): never => {
          // Twisted goes on keeping boxes back, for good.
          proto.cancelTLS();
          return failure.raiseException();
        },
      ) ?? null
    );
  }
}
