import * as error from '../src/error';

import { IPv4Address } from '../src/address';
import { DriverError } from '../src/driver/driverError';

import { RECORDED } from './errorTable';

type ErrorClass = new (...args: readonly unknown[]) => Error & { code?: string };
const classes = error as unknown as Readonly<Record<string, ErrorClass>>;

function made(name: string, args: readonly unknown[]): InstanceType<ErrorClass> {
  const errorClass = classes[name];
  if (errorClass === undefined) throw new Error(`no class "${name}" in the module`);
  return new errorClass(...args);
}

/** Error classes from the error's own upwards; `Error` is Python's `Exception`. */
function ancestry(e: Error): string[] {
  const names: string[] = [];
  for (let p = Object.getPrototypeOf(e) as Error; p !== Object.prototype; p = Object.getPrototypeOf(p) as Error) {
    names.push(p === Error.prototype ? 'Exception' : p.name);
  }
  return names;
}

describe('twisted.internet.error', () => {
  it.each(RECORDED)('%s%j prints as Twisted does', (name, args, str) => {
    expect(made(name, args).message).toBe(str);
  });

  it.each([...new Map(RECORDED.map((row) => [row[0], row])).values()])(
    '%s%j has the classes above it that Twisted has',
    (name, args, _str, mro) => {
      const python = mro.replace(' Warning', '').split(' ');
      expect(ancestry(made(name, args))).toEqual(python);
    },
  );

  it('the table covers every class of the module', () => {
    const tested = new Set(RECORDED.map(([name]) => name));
    const builtin = ['RuntimeError', 'NotImplementedError', 'ValueError', 'AssertionError', 'KeyError', 'OSError'];
    const elsewhere = [...builtin, 'IOError', 'InvalidAddressError', 'ConnectingCancelledError'];
    const untested = Object.entries(classes)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => name)
      .filter((name) => !tested.has(name) && !elsewhere.includes(name));
    expect(untested).toEqual([]);
    expect(tested.size).toBeGreaterThan(40);
  });

  it('every error has a name and a code of its own', () => {
    const errors = [...new Set(RECORDED.map(([name]) => name))].map((name) => made(name, []));
    expect(errors.map((e) => e.code).filter((code) => !/^ERR_TW_[A-Z_]+$/.test(code ?? ''))).toEqual([]);
    expect(new Set(errors.map((e) => e.code)).size).toBe(errors.length);
    expect(new Set(errors.map((e) => e.name)).size).toBe(errors.length);
  });

  it('name and code are no own properties, and the stack begins with the name', () => {
    const e = new error.ConnectionDone();
    expect(Object.keys(e)).toEqual([]);
    expect(e.stack).toMatch(/^ConnectionDone: Connection was closed cleanly\.\n/);
    expect(String(e)).toBe('ConnectionDone: Connection was closed cleanly.');
  });

  it('a subclass of an application inherits text and code', () => {
    class Kicked extends error.ConnectionLost {}
    const e = new Kicked('by the operator');
    expect(e.message).toBe('Connection to the other side was lost in a non-clean fashion: by the operator.');
    expect(e.code).toBe('ERR_TW_CONNECTION_LOST');
    expect(e).toBeInstanceOf(error.ConnectionClosed);
  });

  it('ConnectionLost keeps the cause it is given', () => {
    const cause = new DriverError('ECONNRESET', 'read');
    expect(new error.ConnectionLost('read ECONNRESET', { cause }).cause).toBe(cause);
  });

  it('CannotListenError keeps what it was given, its cause and its errno name', () => {
    const cause = new DriverError('EADDRINUSE', 'listen');
    const e = new error.CannotListenError('127.0.0.1', 80, cause);
    expect(e.message).toBe("Couldn't listen on 127.0.0.1:80: listen EADDRINUSE.");
    expect(e).toMatchObject({ interface: '127.0.0.1', port: 80, socketError: cause, cause, code: 'EADDRINUSE' });
    expect(new error.CannotListenError('', 80, 'taken')).toMatchObject({ code: 'ERR_TW_CANNOT_LISTEN' });
  });

  it('InvalidAddressError keeps the address and says the message', () => {
    const e = new error.InvalidAddressError('::1', 'not an IPv4 address');
    expect(e).toMatchObject({ address: '::1', message: 'not an IPv4 address', name: 'InvalidAddressError' });
    expect(e).toBeInstanceOf(error.ValueError);
  });

  it('ConnectingCancelledError keeps the address and prints it', () => {
    const address = new IPv4Address('TCP', '127.0.0.1', 80);
    const e = new error.ConnectingCancelledError(address);
    expect(e.address).toBe(address);
    expect(e.message).toBe("IPv4Address(type='TCP', host='127.0.0.1', port=80)");
  });

  it('ProcessTerminated keeps code, signal and status', () => {
    expect(new error.ProcessTerminated(null, 'SIGKILL', 9)).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      status: 9,
      message: 'A process has ended with a probable error condition: process ended by signal SIGKILL.',
    });
    expect(new error.ProcessDone(0)).toMatchObject({ exitCode: 0, signal: null, status: 0 });
  });

  it('KeyError, NotImplementedError and their like have names and ancestry', () => {
    expect(ancestry(new error.NotImplementedError('x'))).toEqual(['NotImplementedError', 'RuntimeError', 'Exception']);
    expect(ancestry(new error.KeyError('x'))).toEqual(['KeyError', 'Exception']);
    expect(error.IOError).toBe(error.OSError);
  });
});

describe('getConnectError', () => {
  it.each([
    ['ENETUNREACH', error.NoRouteError, 'No route to host: ENETUNREACH: connect ENETUNREACH.'],
    [
      'ECONNREFUSED',
      error.ConnectionRefusedError,
      'Connection was refused by other side: ECONNREFUSED: connect ECONNREFUSED.',
    ],
    ['ETIMEDOUT', error.TCPTimedOutError, 'TCP connection timed out: ETIMEDOUT: connect ETIMEDOUT.'],
    ['ENOTFOUND', error.UnknownHostError, "Hostname couldn't be looked up: ENOTFOUND: connect ENOTFOUND."],
    ['EHOSTUNREACH', error.ConnectError, 'An error occurred while connecting: EHOSTUNREACH: connect EHOSTUNREACH.'],
    ['EBADF', error.ConnectError, 'An error occurred while connecting: EBADF: connect EBADF.'],
  ])('getConnectError makes the class of %s, with cause, osError and code', (code, errorClass, message) => {
    const cause = new DriverError(code, 'connect');
    const e = error.getConnectError(cause);
    expect(e.constructor).toBe(errorClass);
    expect(e).toMatchObject({ message, cause, osError: code, code });
  });

  it('getConnectError of an error without an errno name is a ConnectError with its text', () => {
    const cause = Object.assign(new Error('handshake failed'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    const e = error.getConnectError(cause);
    expect(e.constructor).toBe(error.ConnectError);
    expect(e).toMatchObject({ osError: null, cause, code: 'ERR_TW_CONNECT' });
    expect(e.message).toBe('An error occurred while connecting: handshake failed.');
  });

  it('getConnectError of what is no error prints it', () => {
    expect(error.getConnectError('what').message).toBe('An error occurred while connecting: what.');
  });

  it.each(['constructor', 'toString', '__proto__'])('errnoMapping has no class for %s', (name) => {
    expect(error.errnoMapping[name]).toBeUndefined();
  });
});
