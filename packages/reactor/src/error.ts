/**
 * The errors of the networking core: every class of `twisted.internet.error`, with its hierarchy and its texts.
 *
 * @twisted twisted.internet.error
 *
 * `message` is what `str(e)` gives in Twisted; `name` is the class's name, whatever a minifier does. Every error has a
 * `code`: a stable literal of its class (`'ERR_TW_CONNECTION_LOST'`), or for a `ConnectError` that the operating system
 * caused, the errno name (`'ECONNREFUSED'`). `cause` holds the driver's error where there is one.
 *
 * Left out: a detail of several words is one string here (Twisted joins its positional arguments with blanks), and
 * error numbers: what the operating system said is known by name, not by number.
 */
import { AssertionError, OSError, RuntimeError, ValueError } from './builtinErrors';
import type { IAddress } from './interfaces/address';

export {
  AssertionError,
  IOError,
  KeyError,
  NotImplementedError,
  OSError,
  RuntimeError,
  ValueError,
} from './builtinErrors';

/** Puts a class's name and code on its prototype: no own properties for every error made, and safe from minifiers. */
function label(errorClass: { readonly prototype: Error }, name: string, code: string): void {
  Object.defineProperties(errorClass.prototype, {
    name: { value: name, writable: true, configurable: true },
    code: { value: code, writable: true, configurable: true },
  });
}

/** Twisted's usual text: what happened, then the detail if there is one. */
function sentence(message: string, detail: string | undefined): string {
  return detail === undefined ? `${message}.` : `${message}: ${detail}.`;
}

/** What a failed system call says about itself. */
function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An address could not be bound. */
export class BindError extends Error {
  static readonly MESSAGE: string = 'An error occurred binding to an interface';
  declare readonly code: string;

  static {
    label(this, 'BindError', 'ERR_TW_BIND');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(new.target.describe(detail), options);
  }

  /** The text for a detail; `CannotListenError` words it differently. */
  protected static describe(detail: string | undefined): string {
    return sentence(this.MESSAGE, detail);
  }
}

/**
 * A port could not be listened on. Thrown by `listenTCP` and its like, at once.
 *
 * @example
 * new CannotListenError('127.0.0.1', 80, cause).message; // "Couldn't listen on 127.0.0.1:80: <the cause's message>."
 */
export class CannotListenError extends BindError {
  /** The interface that was to be listened on; `''` is all of them. */
  readonly interface: string | null;
  /** The port; the path, for a UNIX socket. */
  readonly port: number | string;
  /** What the operating system said. An `Error` is also the `cause`. */
  readonly socketError: unknown;
  declare readonly code: string;

  static {
    label(this, 'CannotListenError', 'ERR_TW_CANNOT_LISTEN');
  }

  constructor(interface_: string | null, port: number | string, socketError: unknown) {
    super(
      `Couldn't listen on ${interface_ === null || interface_ === '' ? 'any' : interface_}:${String(port)}: ${describe(socketError)}`,
      socketError instanceof Error ? { cause: socketError } : undefined,
    );
    this.interface = interface_;
    this.port = port;
    this.socketError = socketError;
    const code = errnoOf(socketError);
    if (code !== null) this.code = code;
  }

  protected static override describe(detail: string | undefined): string {
    return `${detail ?? ''}.`;
  }
}

/** A multicast group could not be joined. */
export class MulticastJoinError extends Error {
  declare readonly code: string;

  static {
    label(this, 'MulticastJoinError', 'ERR_TW_MULTICAST_JOIN');
  }
}

/** A datagram is larger than the network takes. */
export class MessageLengthError extends Error {
  static readonly MESSAGE: string = 'Message is too long to send';
  declare readonly code: string;

  static {
    label(this, 'MessageLengthError', 'ERR_TW_MESSAGE_LENGTH');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** A host name could not be looked up. What `reactor.resolve` fails with. */
export class DNSLookupError extends OSError {
  static readonly MESSAGE: string = 'DNS lookup failed';
  declare readonly code: string;

  static {
    label(this, 'DNSLookupError', 'ERR_TW_DNS_LOOKUP');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** A connect operation was started and is not done yet. */
export class ConnectInProgressError extends Error {
  declare readonly code: string;

  static {
    label(this, 'ConnectInProgressError', 'ERR_TW_CONNECT_IN_PROGRESS');
  }
}

/**
 * A connection could not be made: what `clientConnectionFailed` is told. Subclasses say why.
 *
 * @example
 * new ConnectError('EHOSTUNREACH', 'connect').message; // 'An error occurred while connecting: EHOSTUNREACH: connect.'
 */
export class ConnectError extends Error {
  static readonly MESSAGE: string = 'An error occurred while connecting';
  /** What the operating system said: an errno name (or number), or null when it was not asked. */
  readonly osError: number | string | null;
  /** The errno name when that is what `osError` is; otherwise the class's literal. */
  declare readonly code: string;

  static {
    label(this, 'ConnectError', 'ERR_TW_CONNECT');
  }

  constructor(osError: number | string | null = null, string = '', options?: ErrorOptions) {
    let text = new.target.MESSAGE;
    if (osError) text += `: ${String(osError)}`;
    if (string) text += `: ${string}`;
    super(`${text}.`, options);
    this.osError = osError;
    if (typeof osError === 'string' && isErrno(osError)) this.code = osError;
  }
}

/** The local address to connect from could not be bound. */
export class ConnectBindError extends ConnectError {
  static override readonly MESSAGE: string = "Couldn't bind";

  static {
    label(this, 'ConnectBindError', 'ERR_TW_CONNECT_BIND');
  }
}

/** The host to connect to has no address. */
export class UnknownHostError extends ConnectError {
  static override readonly MESSAGE: string = "Hostname couldn't be looked up";

  static {
    label(this, 'UnknownHostError', 'ERR_TW_UNKNOWN_HOST');
  }
}

/** The network of the host cannot be reached. */
export class NoRouteError extends ConnectError {
  static override readonly MESSAGE: string = 'No route to host';

  static {
    label(this, 'NoRouteError', 'ERR_TW_NO_ROUTE');
  }
}

/** Nobody listens there. */
export class ConnectionRefusedError extends ConnectError {
  static override readonly MESSAGE: string = 'Connection was refused by other side';

  static {
    label(this, 'ConnectionRefusedError', 'ERR_TW_CONNECTION_REFUSED');
  }
}

/** The operating system gave the attempt up. */
export class TCPTimedOutError extends ConnectError {
  static override readonly MESSAGE: string = 'TCP connection timed out';

  static {
    label(this, 'TCPTimedOutError', 'ERR_TW_TCP_TIMED_OUT');
  }
}

/** The path is no UNIX socket. */
export class BadFileError extends ConnectError {
  static override readonly MESSAGE: string = 'File used for UNIX socket is no good';

  static {
    label(this, 'BadFileError', 'ERR_TW_BAD_FILE');
  }
}

/** A port was given by the name of an unknown service. */
export class ServiceNameUnknownError extends ConnectError {
  static override readonly MESSAGE: string = 'Service name given as port is unknown';

  static {
    label(this, 'ServiceNameUnknownError', 'ERR_TW_SERVICE_NAME_UNKNOWN');
  }
}

/** The attempt was given up by `stopConnecting`. */
export class UserError extends ConnectError {
  static override readonly MESSAGE: string = 'User aborted connection';

  static {
    label(this, 'UserError', 'ERR_TW_USER');
  }
}

/** The attempt took longer than `connectTCP`'s `timeout`. */
export class TimeoutError extends UserError {
  static override readonly MESSAGE: string = 'User timeout caused connection failure';

  static {
    label(this, 'TimeoutError', 'ERR_TW_TIMEOUT');
  }
}

/** TLS failed. */
export class SSLError extends ConnectError {
  static override readonly MESSAGE: string = 'An SSL error occurred';

  static {
    label(this, 'SSLError', 'ERR_TW_SSL');
  }
}

/** Something that should have been signed could not be verified. (Its text is the one given, as in Twisted.) */
export class VerifyError extends Error {
  static readonly MESSAGE: string = 'Could not verify something that was supposed to be signed.';
  declare readonly code: string;

  static {
    label(this, 'VerifyError', 'ERR_TW_VERIFY');
  }
}

/** The peer rejected our verification error. */
export class PeerVerifyError extends VerifyError {
  static override readonly MESSAGE: string = 'The peer rejected our verify error.';

  static {
    label(this, 'PeerVerifyError', 'ERR_TW_PEER_VERIFY');
  }
}

/** There is no certificate where one was expected. */
export class CertificateError extends Error {
  static readonly MESSAGE: string = 'We did not find a certificate where we expected to find one.';
  declare readonly code: string;

  static {
    label(this, 'CertificateError', 'ERR_TW_CERTIFICATE');
  }
}

/** The class of `ConnectError` for an errno name; names that are not here make a plain `ConnectError`. */
export const errnoMapping: Readonly<Record<string, typeof ConnectError>> = Object.freeze({
  __proto__: null as never,
  ENETUNREACH: NoRouteError,
  ECONNREFUSED: ConnectionRefusedError,
  ETIMEDOUT: TCPTimedOutError,
});

/** The names under which a driver reports that a host name has no address (`getaddrinfo`'s errors). */
const LOOKUP_ERRORS: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);

/**
 * The connection error for what a driver said.
 *
 * @param e - the driver's error, with the errno name as `code`; anything else becomes the text of a `ConnectError`
 * @returns an error of the class that fits the code, with `osError` the code and `cause` the driver's error
 */
export function getConnectError(e: unknown): ConnectError {
  const options = e instanceof Error ? { cause: e } : undefined;
  const code = errnoOf(e);
  if (code === null) return new ConnectError(null, describe(e), options);
  const errorClass = LOOKUP_ERRORS.has(code) ? UnknownHostError : (errnoMapping[code] ?? ConnectError);
  return new errorClass(code, describe(e), options);
}

function errnoOf(e: unknown): string | null {
  if (!(e instanceof Error) || !('code' in e)) return null;
  return typeof e.code === 'string' && isErrno(e.code) ? e.code : null;
}

/** Whether this is the name of an error of the operating system (`ECONNREFUSED`), and not one of Node's (`ERR_…`). */
function isErrno(code: string): boolean {
  return /^E(?!RR_)[A-Z0-9_]+$/.test(code);
}

/** A connection ended, cleanly or not. The base of what `connectionLost` is told. */
export class ConnectionClosed extends Error {
  declare readonly code: string;

  static {
    label(this, 'ConnectionClosed', 'ERR_TW_CONNECTION_CLOSED');
  }
}

/** The connection broke: a reset, a network failure, an end in the middle. */
export class ConnectionLost extends ConnectionClosed {
  static readonly MESSAGE: string = 'Connection to the other side was lost in a non-clean fashion';
  declare readonly code: string;

  static {
    label(this, 'ConnectionLost', 'ERR_TW_CONNECTION_LOST');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** The connection was ended by `abortConnection()` on this side. */
export class ConnectionAborted extends ConnectionLost {
  static override readonly MESSAGE: string = 'Connection was aborted locally using ITCPTransport.abortConnection';

  static {
    label(this, 'ConnectionAborted', 'ERR_TW_CONNECTION_ABORTED');
  }
}

/** The connection ended cleanly: either side closed it. */
export class ConnectionDone extends ConnectionClosed {
  static readonly MESSAGE: string = 'Connection was closed cleanly';
  declare readonly code: string;

  static {
    label(this, 'ConnectionDone', 'ERR_TW_CONNECTION_DONE');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** More file descriptors were sent than bytes to carry them. (The doubled full stop of the text is Twisted's.) */
export class FileDescriptorOverrun extends ConnectionLost {
  static override readonly MESSAGE: string =
    'A mis-use of IUNIXTransport.sendFileDescriptor caused the connection to be closed.';

  static {
    label(this, 'FileDescriptorOverrun', 'ERR_TW_FILE_DESCRIPTOR_OVERRUN');
  }
}

/** The file descriptor of the connection was closed by someone else. */
export class ConnectionFdescWentAway extends ConnectionLost {
  static override readonly MESSAGE: string = 'Uh';

  static {
    label(this, 'ConnectionFdescWentAway', 'ERR_TW_CONNECTION_FDESC_WENT_AWAY');
  }
}

/** A delayed call was to be cancelled or moved after it had been called. */
export class AlreadyCalled extends ValueError {
  static readonly MESSAGE: string = 'Tried to cancel an already-called event';
  declare readonly code: string;

  static {
    label(this, 'AlreadyCalled', 'ERR_TW_ALREADY_CALLED');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** A delayed call was to be cancelled or moved after it had been cancelled. */
export class AlreadyCancelled extends ValueError {
  static readonly MESSAGE: string = 'Tried to cancel an already-cancelled event';
  declare readonly code: string;

  static {
    label(this, 'AlreadyCancelled', 'ERR_TW_ALREADY_CANCELLED');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/**
 * Never emitted; here so that imports port.
 *
 * @deprecated as in Twisted, since 10.0
 */
export class PotentialZombieWarning extends Error {
  static readonly MESSAGE: string =
    'spawnProcess called, but the SIGCHLD handler is not installed. This probably means you have not yet called ' +
    'reactor.run, or called reactor.run(installSignalHandler=0). You will probably never see this process finish, ' +
    'and it may become a zombie process.';
  declare readonly code: string;

  static {
    label(this, 'PotentialZombieWarning', 'ERR_TW_POTENTIAL_ZOMBIE');
  }
}

/** A child process ended with exit code 0. */
export class ProcessDone extends ConnectionDone {
  static override readonly MESSAGE: string = 'A process has ended without apparent errors';
  readonly exitCode = 0;
  readonly signal = null;
  /** The exit status as the operating system gave it. */
  readonly status: number | null;

  static {
    label(this, 'ProcessDone', 'ERR_TW_PROCESS_DONE');
  }

  constructor(status: number | null) {
    super('process finished with exit code 0');
    this.status = status;
  }
}

/** A child process ended with another exit code, or by a signal. */
export class ProcessTerminated extends ConnectionLost {
  static override readonly MESSAGE: string = 'A process has ended with a probable error condition';
  /** The exit code, or null when a signal ended the process. */
  readonly exitCode: number | null;
  /** The signal's name (or number) that ended the process, or null. */
  readonly signal: number | string | null;
  /** The exit status as the operating system gave it. */
  readonly status: number | null;

  static {
    label(this, 'ProcessTerminated', 'ERR_TW_PROCESS_TERMINATED');
  }

  constructor(exitCode: number | null = null, signal: number | string | null = null, status: number | null = null) {
    let text = 'process ended';
    if (exitCode !== null) text += ` with exit code ${String(exitCode)}`;
    if (signal !== null) text += ` by signal ${String(signal)}`;
    super(text);
    this.exitCode = exitCode;
    this.signal = signal;
    this.status = status;
  }
}

/** The process has exited; what was asked of it cannot be done any more. */
export class ProcessExitedAlready extends Error {
  declare readonly code: string;

  static {
    label(this, 'ProcessExitedAlready', 'ERR_TW_PROCESS_EXITED_ALREADY');
  }
}

/** `stopConnecting` was called on a connector that does not connect. */
export class NotConnectingError extends RuntimeError {
  static readonly MESSAGE: string = 'The Connector was not connecting when it was asked to stop connecting';
  declare readonly code: string;

  static {
    label(this, 'NotConnectingError', 'ERR_TW_NOT_CONNECTING');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** `stopListening` was called on a port that does not listen. */
export class NotListeningError extends RuntimeError {
  static readonly MESSAGE: string = 'The Port was not listening when it was asked to stop listening';
  declare readonly code: string;

  static {
    label(this, 'NotListeningError', 'ERR_TW_NOT_LISTENING');
  }

  constructor(detail?: string, options?: ErrorOptions) {
    super(sentence(new.target.MESSAGE, detail), options);
  }
}

/** `stop()` or `crash()` of a reactor that does not run. */
export class ReactorNotRunning extends RuntimeError {
  declare readonly code: string;

  static {
    label(this, 'ReactorNotRunning', 'ERR_TW_REACTOR_NOT_RUNNING');
  }
}

/** `run()` of a reactor that was stopped. */
export class ReactorNotRestartable extends RuntimeError {
  declare readonly code: string;

  static {
    label(this, 'ReactorNotRestartable', 'ERR_TW_REACTOR_NOT_RESTARTABLE');
  }
}

/** `run()` of a reactor that runs. */
export class ReactorAlreadyRunning extends RuntimeError {
  declare readonly code: string;

  static {
    label(this, 'ReactorAlreadyRunning', 'ERR_TW_REACTOR_ALREADY_RUNNING');
  }
}

/** A reactor is installed already. */
export class ReactorAlreadyInstalledError extends AssertionError {
  declare readonly code: string;

  static {
    label(this, 'ReactorAlreadyInstalledError', 'ERR_TW_REACTOR_ALREADY_INSTALLED');
  }
}

/** An endpoint's attempt was cancelled before it connected. */
export class ConnectingCancelledError extends Error {
  declare readonly code: string;
  /** Where the endpoint was connecting to. */
  readonly address: IAddress;

  static {
    label(this, 'ConnectingCancelledError', 'ERR_TW_CONNECTING_CANCELLED');
  }

  constructor(address: IAddress) {
    super(address.toString());
    this.address = address;
  }
}

/** The factory given to an endpoint built no protocol. */
export class NoProtocol extends Error {
  declare readonly code: string;

  static {
    label(this, 'NoProtocol', 'ERR_TW_NO_PROTOCOL');
  }
}

/** The reactor does not support this address family. */
export class UnsupportedAddressFamily extends Error {
  declare readonly code: string;

  static {
    label(this, 'UnsupportedAddressFamily', 'ERR_TW_UNSUPPORTED_ADDRESS_FAMILY');
  }
}

/** The reactor does not support this type of socket. */
export class UnsupportedSocketType extends Error {
  declare readonly code: string;

  static {
    label(this, 'UnsupportedSocketType', 'ERR_TW_UNSUPPORTED_SOCKET_TYPE');
  }
}

/** A file descriptor that can be listened on once was listened on again. */
export class AlreadyListened extends Error {
  declare readonly code: string;

  static {
    label(this, 'AlreadyListened', 'ERR_TW_ALREADY_LISTENED');
  }
}

/** An address that is neither IPv4 nor IPv6, or not the one that was wanted. Its text is the message alone. */
export class InvalidAddressError extends ValueError {
  declare readonly code: string;
  /** The address that was given. */
  readonly address: string;

  static {
    label(this, 'InvalidAddressError', 'ERR_TW_INVALID_ADDRESS');
  }

  constructor(address: string, message: string) {
    super(message);
    this.address = address;
  }
}
