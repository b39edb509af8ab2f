/**
 * A lock between processes, and a Deferred for waiting for it.
 *
 * @twisted twisted.python.lockfile.FilesystemLock, twisted.internet.defer.DeferredFilesystemLock
 *
 * The lock is a symbolic link whose target is the owner's process id, as Twisted's is, so that both can share one. The one file of
 * `defer` that touches the file system. Left out: Twisted's directory-and-file stand-in on Windows; a junction serves there.
 */
import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename } from 'node:path';

import { currentReactor } from '../current';
import { ValueError } from '../error';
import { Failure } from '../failure';
import type { IDelayedCall, IReactorTime } from '../interfaces/time';

import { Deferred } from './deferred';
import { AlreadyTryingToLockError, CancelledError, TimeoutError } from './errors';
import { fail } from './results';

/** Calls `attempt`, and returns the errno name of its failure if it is one of `expected`; null when it succeeded. */
function errnoOf(attempt: () => void, expected: readonly string[]): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined && expected.includes(code)) return code;
    throw error;
  }
}

/** A lock that one process at a time can hold; a lock whose owner has died is taken over. */
export class FilesystemLock {
  /** The path of the lock. */
  readonly name: string;
  /** Whether this object holds the lock. */
  locked = false;
  /** Whether the last owner had released the lock; null before the first `lock()` that succeeded. */
  clean: boolean | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** Tries to take the lock, and says whether it has it. Throws what the file system has to object. */
  lock(): boolean {
    let clean = true;
    for (;;) {
      const create = (): void => {
        symlinkSync(String(process.pid), this.name, 'junction');
      };
      if (errnoOf(create, ['EEXIST']) === null) {
        this.locked = true;
        this.clean = clean;
        return true;
      }
      let owner = 0;
      const read = (): void => {
        owner = this.owner();
      };
      // Vanished in between: the next round tries to claim it.
      if (errnoOf(read, ['ENOENT']) !== null) continue;
      // An owner that may not be signalled lives, too.
      if (errnoOf(() => process.kill(owner, 0), ['ESRCH', 'EPERM']) !== 'ESRCH') return false;
      // The owner is dead. Somebody else may be clearing up at the same moment.
      const remove = (): void => {
        unlinkSync(this.name);
      };
      if (errnoOf(remove, ['ENOENT']) === null) clean = false;
    }
  }

  /** Releases the lock. Throws `ValueError` when it belongs to another process. */
  unlock(): void {
    if (this.owner() !== process.pid) throw new ValueError(`Lock '${this.name}' not owned by this process`);
    unlinkSync(this.name);
    this.locked = false;
  }

  private owner(): number {
    return Number(basename(readlinkSync(this.name)));
  }
}

/** Whether anybody holds the lock of that name. */
export function isLocked(name: string): boolean {
  const lock = new FilesystemLock(name);
  if (!lock.lock()) return true;
  lock.unlock();
  return false;
}

/** A `FilesystemLock` that can be waited for, by trying once a second. */
export class DeferredFilesystemLock extends FilesystemLock {
  private static readonly INTERVAL = 1;

  private readonly scheduler: IReactorTime;
  private tryLockCall: IDelayedCall | null = null;
  private timeoutCall: IDelayedCall | null = null;

  /** @param scheduler - what measures the time between tries; null: the installed reactor */
  constructor(name: string, scheduler: IReactorTime | null = null) {
    super(name);
    this.scheduler = scheduler ?? currentReactor();
  }

  /**
   * Fires when this object has the lock. Fails with `TimeoutError` after `timeout` seconds, and with `AlreadyTryingToLockError`
   * while an earlier call is still trying. When it is cancelled it tries once more.
   */
  deferUntilLocked(timeout: number | null = null): Deferred<void> {
    if (this.tryLockCall !== null)
      return fail(new AlreadyTryingToLockError("deferUntilLocked isn't safe for concurrent use."));
    const giveUp = (reason: Failure): void => {
      this.tryLockCall?.cancel();
      this.tryLockCall = null;
      if (this.timeoutCall?.active() === true) this.timeoutCall.cancel();
      this.timeoutCall = null;
      if (this.lock()) d.callback();
      else d.errback(reason);
    };
    const d = new Deferred<void>(() => {
      giveUp(new Failure(new CancelledError()));
    });
    const tryLock = (): void => {
      if (this.lock()) {
        this.timeoutCall?.cancel();
        this.timeoutCall = null;
        this.tryLockCall = null;
        d.callback();
        return;
      }
      if (timeout !== null && this.timeoutCall === null) {
        const message = `Timed out acquiring lock: ${this.name} after ${timeout.toFixed(6)}s`;
        this.timeoutCall = this.scheduler.callLater(timeout, giveUp, new Failure(new TimeoutError(message)));
      }
      this.tryLockCall = this.scheduler.callLater(DeferredFilesystemLock.INTERVAL, tryLock);
    };
    tryLock();
    return d;
  }
}
