/**
 * TLS over a connected `net.Socket`, or over a `Duplex` that stands for something else: the one place that touches what `node:tls` does not document.
 *
 * Over a socket, both ends run natively on its handle. The client is `tls.connect`, with Node's own verification. For the server
 * there is nothing public that secures one given socket and says which connection it speaks of, so it does what
 * `tls.Server` does: `new tls.TLSSocket`, its `secure` event, and `verifyError`.
 *
 * What arrives is taken where Node would put it into the readable stream (`push`), as the reading of plain sockets goes
 * past the stream too. And that is the only place where a proper end can be told from a cut one, which Node reports
 * alike: at a close_notify the socket beneath goes on reading, at an end of file libuv has stopped it.
 * `test/drivers/node/tlsSocket.test.ts` fails loudly when Node changes any of this.
 */
import { X509Certificate } from 'node:crypto';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

import {
  type SecuredInfo,
  type StartTLSOptions,
  TLS_WRONG_NAME,
  type TLSContext,
  type TLSPeerName,
} from '../../driver';

import { secureContextOf } from './nodeTLSContext';

/** How a peer finishes: with a farewell, by an end of file alone, or by a reset that libuv took for one. */
export type Ending = 'properly' | 'cut' | 'reset';

/** Told what happens on a secured socket, in Node's own turn. The close is the socket's own event. */
export interface SecureListener {
  /** The handshake is done, and the peer is who it should be. */
  secured(info: SecuredInfo): void;
  /** Bytes arrived; the buffer is the listener's. Returns whether more is wanted. */
  read(chunk: Buffer): boolean;
  /** The peer has finished. */
  ended(how: Ending): void;
  /** A session to resume later. */
  session(session: Buffer): void;
  /** What has gone wrong; the socket is being destroyed. */
  failed(error: Error): void;
}

interface UndocumentedHandle {
  /** Libuv's `uv_read_start`: 0, or an error's number when it reads already. */
  readStart(): number;
  /** TCP only. */
  getpeername?(out: object): number;
}

interface Undocumented {
  readonly _handle: UndocumentedHandle | null;
}

interface UndocumentedTLS {
  readonly _handle: { verifyError(): Error | null | undefined } | null;
  /** Has errors after the handshake be reported. */
  _releaseControl(): void;
}

/**
 * Secures `raw`, which is connected and has nothing left to write. Of the socket that is returned only `write`, `end`,
 * `destroy`, `resume` and `pause` are of use; it begins resumed, as far as the handshake goes.
 */
export function secureSocket(
  raw: net.Socket,
  context: TLSContext,
  options: StartTLSOptions,
  listener: SecureListener,
): tls.TLSSocket {
  return secureStream(raw, context, options, listener, (isStopped) => endOf(raw, isStopped));
}

/**
 * `secureSocket` for any `Duplex`.
 *
 * @param howEnded - how the peer has ended, when there is no more to read; `isStopped`: whether reading was stopped then
 */
export function secureStream(
  raw: Duplex,
  context: TLSContext,
  options: StartTLSOptions,
  listener: SecureListener,
  howEnded: (isStopped: boolean) => Ending,
): tls.TLSSocket {
  const socket = options.role === 'client' ? client(raw, context, options) : server(raw, context, options);
  const asksForCertificate = options.role === 'client' || context.verification !== 'none';
  const announce = (): void => {
    listener.secured({
      version: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      negotiatedProtocol: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
      peerCertificate: asksForCertificate ? (socket.getPeerX509Certificate()?.raw ?? null) : null,
      sessionReused: socket.isSessionReused(),
    });
  };
  if (options.role === 'client') {
    socket.on('secureConnect', announce);
    if (context.sessions) socket.on('session', (session: Buffer) => listener.session(session));
  } else {
    socket.on('secure', () => {
      const undocumented = socket as unknown as UndocumentedTLS;
      undocumented._releaseControl();
      // Node lets every certificate pass in the handshake, and asks afterwards.
      const error =
        asksForCertificate && socket.getPeerX509Certificate() !== undefined
          ? undocumented._handle?.verifyError()
          : null;
      if (error === null || error === undefined) announce();
      else socket.destroy(error);
    });
  }
  socket.on('error', (error: Error) => {
    // Node only reports what TLS finds wrong after the handshake.
    destroySecure(socket, raw);
    listener.failed(error);
  });
  (socket as Taken)[READING] = { listener, howEnded, isStopped: false };
  return socket;
}

/**
 * Destroys a secured socket, unless the one beneath is destroyed already, which it follows by itself: to destroy that one
 * first and then this one, from inside an event of the handshake, ends the process (a fault of Node's, seen in 20.20).
 */
export function destroySecure(socket: net.Socket, raw: Duplex): void {
  if (!raw.destroyed) socket.destroy();
}

function client(
  raw: Duplex,
  context: TLSContext,
  { peerName, session }: StartTLSOptions & { role: 'client' },
): tls.TLSSocket {
  const socket = tls.connect({
    socket: raw,
    secureContext: secureContextOf(context),
    ALPNProtocols: [...context.protocols],
    rejectUnauthorized: context.verification !== 'none',
    ...(peerName?.kind === 'dns' && { servername: peerName.name }),
    ...(session !== null && { session }),
    checkServerIdentity: (_name, { raw: der }) => (peerName === null ? undefined : wrongName(der, peerName)),
  });
  return Object.assign(socket, takenReading);
}

/** What is wrong with a certificate's names; the common name does not count as one. */
function wrongName(der: Buffer, { kind, name }: TLSPeerName): Error | undefined {
  const certificate = new X509Certificate(der);
  const fits =
    kind === 'ip'
      ? certificate.checkIP(name) !== undefined
      : certificate.checkHost(name, { subject: 'never', partialWildcards: false }) !== undefined;
  if (fits) return undefined;
  const names = certificate.subjectAltName ?? 'nobody';
  return Object.assign(new Error(`the certificate is for ${names}, wanted '${name}'`), { code: TLS_WRONG_NAME });
}

function server(
  raw: Duplex,
  context: TLSContext,
  { chooseContext }: StartTLSOptions & { role: 'server' },
): tls.TLSSocket {
  const { protocols, verification } = context;
  return new ServerSocket(raw, {
    isServer: true,
    secureContext: secureContextOf(context),
    requestCert: verification !== 'none',
    rejectUnauthorized: verification === 'required',
    ALPNProtocols: protocols.length > 0 ? [...protocols] : undefined,
    SNICallback: chooseContext === null ? undefined : chosenBy(chooseContext),
  });
}

function chosenBy(chooseContext: (serverName: string) => TLSContext | null): tls.TlsOptions['SNICallback'] {
  return (serverName, done) => {
    try {
      const chosen = chooseContext(serverName);
      if (chosen === null) done(null);
      else done(null, secureContextOf(chosen));
    } catch (error) {
      done(error as Error);
    }
  };
}

/** How the peer of a socket has ended. */
function endOf(raw: net.Socket, isStopped: boolean): Ending {
  const beneath = (raw as unknown as Undocumented)._handle;
  // While it is stopped libuv sees no end of file: an end can only be one that TLS had in its buffer.
  if (isStopped || (beneath !== null && beneath.readStart() !== 0)) return 'properly';
  // A socket that was reset has no peer any more. (See NodeStreamHandle about resets that come as ends.)
  return (beneath?.getpeername?.({}) ?? 0) === 0 ? 'cut' : 'reset';
}

const READING = Symbol('reading');

/** A socket whose reading side is taken over. */
interface Taken extends tls.TLSSocket {
  [READING]: {
    readonly listener: SecureListener;
    readonly howEnded: (isStopped: boolean) => Ending;
    isStopped: boolean;
  };
}

/** What it has of its own: nothing goes through the readable stream, which only starts and stops the handle. */
const takenReading = {
  push(this: Taken, chunk: Buffer | null): boolean {
    const reading = this[READING];
    if (chunk === null) {
      reading.listener.ended(reading.howEnded(reading.isStopped));
      return false;
    }
    reading.isStopped = !reading.listener.read(chunk);
    return !reading.isStopped;
  },
  resume(this: Taken): Taken {
    const reading = this[READING];
    if (reading.isStopped) {
      reading.isStopped = false;
      this._read(0);
    }
    return this;
  },
  // The handshake needs the socket read: what comes after it is refused, when it comes, by `listener.read`.
  pause(this: Taken): Taken {
    return this;
  },
};

/** By its class, since V8 is slow with an object that is given methods. (A client's is made by `tls.connect`.) */
class ServerSocket extends tls.TLSSocket {}
Object.assign(ServerSocket.prototype, takenReading);
