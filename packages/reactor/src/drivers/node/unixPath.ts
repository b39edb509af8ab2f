/**
 * What surrounds a UNIX socket's path: its lock, the file that an owner which died has left, and its permissions.
 *
 * @twisted twisted.internet.unix.Port (wantPID), twisted.internet.unix.Client (checkPID)
 *
 * The lock is Twisted's (`<path>.lock`, a symbolic link to the owner's process id), so that both can share one.
 */
import { chmodSync, existsSync, lstatSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';

import { FilesystemLock, isLocked } from '../../defer/filesystemLock';
import { DriverError } from '../../driver';

import { toDriverError } from './nodeErrors';

/** Whether the name is in the abstract name space of Linux, and not in the file system. */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0');
}

/** Bytes that fit into a socket's address: libuv cuts longer paths off, and would bind something else. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

/** Throws a `DriverError` of code `ENAMETOOLONG` for a path that does not fit into a socket's address. */
export function assertPathFits(path: string, syscall: string): void {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return;
  throw new DriverError('ENAMETOOLONG', syscall, `${syscall} ENAMETOOLONG ${path}`);
}

/** What the operating system said to a bind that failed: libuv makes an `EACCES` of the `ENOENT` of a missing folder. */
export function asBindSaid(error: DriverError, path: string): DriverError {
  if (error.code !== 'EACCES' || isAbstract(path) || existsSync(dirname(path))) return error;
  return new DriverError('ENOENT', error.syscall, `${error.syscall} ENOENT ${path}`);
}

/**
 * Takes the lock of a path, and removes a socket's file whose owner died holding it.
 *
 * @throws DriverError of code `EADDRINUSE` when a living process holds it, otherwise what the file system has to object
 */
export function lockPath(path: string): FilesystemLock {
  const lock = new FilesystemLock(`${path}.lock`);
  try {
    if (!lock.lock()) throw new DriverError('EADDRINUSE', 'lock', `Cannot acquire lock '${lock.name}'`);
    if (lock.clean === false) removeSocket(path);
  } catch (error) {
    throw error instanceof DriverError ? error : toDriverError(error, 'lock');
  }
  return lock;
}

/** Releases the lock of a path. One that somebody has removed meanwhile is released already. */
export function unlockPath(lock: FilesystemLock): void {
  try {
    lock.unlock();
  } catch {
    // Gone, or another's by now.
  }
}

/** Whether a living process holds the lock of a path. */
export function hasLivingOwner(path: string): boolean {
  try {
    return isLocked(`${path}.lock`);
  } catch {
    // A folder that is not there, or not ours to write to: nobody can be told to hold anything.
    return false;
  }
}

/** Sets the permissions of a socket's file. */
export function setMode(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    throw toDriverError(error, 'chmod');
  }
}

/** Removes a left-over socket, and nothing that is something else. If that fails, binding will say so. */
function removeSocket(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch {
    // Gone already, or not ours.
  }
}
