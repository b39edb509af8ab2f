import { getSystemErrorName } from 'node:util';

import { DriverError } from '../../driver';

/** A `DriverError` from what Node's modules throw or emit; the original is its `cause`. */
export function toDriverError(error: unknown, syscall: string): DriverError {
  const { code, syscall: reported, message } = error as NodeJS.ErrnoException;
  return new DriverError(code ?? 'EIO', reported ?? syscall, message, { cause: error });
}

/** A `DriverError` from the negative number that a libuv handle returns. */
export function fromErrno(errno: number, syscall: string, where: string): DriverError {
  const code = getSystemErrorName(errno);
  return new DriverError(code, syscall, `${syscall} ${code} ${where}`);
}
