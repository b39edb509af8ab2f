import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  AlreadyTryingToLockError,
  CancelledError,
  DeferredFilesystemLock,
  FilesystemLock,
  isLocked,
  TimeoutError,
} from '../../src/defer';
import { ValueError } from '../../src/error';
import { Failure } from '../../src/failure';
import { Clock } from '../../src/task';

/** A process id that no process has: above the greatest that Linux, macOS and Windows give. */
const NOBODY = '2000000000';

describe('FilesystemLock', () => {
  let folder: string;
  let name: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skein-lock-'));
    name = join(folder, 'lock');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('FilesystemLock.lock makes a link to the process id, and only one holds it', () => {
    const lock = new FilesystemLock(name);
    expect(lock.lock()).toBe(true);
    expect([lock.locked, lock.clean, readlinkSync(name)]).toEqual([true, true, String(process.pid)]);
    expect(new FilesystemLock(name).lock()).toBe(false);
    expect(isLocked(name)).toBe(true);
    lock.unlock();
    expect(isLocked(name)).toBe(false);
  });

  it('FilesystemLock.lock takes over the lock of a dead process, and says that it was not clean', () => {
    symlinkSync(NOBODY, name);
    const lock = new FilesystemLock(name);
    expect(lock.lock()).toBe(true);
    expect(lock.clean).toBe(false);
  });

  it('FilesystemLock.unlock throws ValueError for the lock of another process', () => {
    symlinkSync(NOBODY, name);
    expect(() => {
      new FilesystemLock(name).unlock();
    }).toThrow(ValueError);
  });

  it('FilesystemLock.lock throws what the file system has to object', () => {
    expect(() => new FilesystemLock(join(folder, 'missing', 'lock')).lock()).toThrow('ENOENT');
  });

  it('DeferredFilesystemLock.deferUntilLocked tries once a second', () => {
    const clock = new Clock();
    const holder = new FilesystemLock(name);
    holder.lock();
    const lock = new DeferredFilesystemLock(name, clock);
    const d = lock.deferUntilLocked(10);
    clock.advance(1);
    expect(d.called).toBe(false);
    expect(lock.deferUntilLocked().result).toBeInstanceOf(Failure);
    holder.unlock();
    clock.advance(1);
    expect([d.called, lock.locked, clock.getDelayedCalls()]).toEqual([true, true, []]);
  });

  it.each([
    ['times out', 5, TimeoutError],
    ['is cancelled', null, CancelledError],
  ] as const)('DeferredFilesystemLock.deferUntilLocked fails when it %s', (_how, timeout, errorClass) => {
    const clock = new Clock();
    new FilesystemLock(name).lock();
    const lock = new DeferredFilesystemLock(name, clock);
    let caught: Error | null = null;
    const d = lock.deferUntilLocked(timeout);
    d.addErrback((failure) => {
      caught = failure.value;
    });
    lock.deferUntilLocked().addErrback((failure) => failure.trap(AlreadyTryingToLockError));
    if (timeout === null) d.cancel();
    else clock.advance(timeout);
    expect(caught).toBeInstanceOf(errorClass);
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});
