import { fstatSync } from 'node:fs';

import { DriverError } from '../../driver';

import { toDriverError } from './nodeErrors';

/** Throws a `DriverError`, `EBADF` or `ENOTSOCK`, for what is no descriptor of a socket. */
export function assertSocket(descriptor: number, syscall: string): void {
  let isSocket: boolean;
  try {
    isSocket = fstatSync(descriptor).isSocket();
  } catch (error) {
    throw toDriverError(error, syscall);
  }
  if (!isSocket) {
    throw new DriverError('ENOTSOCK', syscall, `${syscall} ENOTSOCK: descriptor ${descriptor} is no socket`);
  }
}
