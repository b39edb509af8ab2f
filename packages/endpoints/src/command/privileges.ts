/**
 * Becoming another user, once everything that wants privileges is done.
 *
 * @twisted twisted.python.util.switchUID, twisted.application.app (`shedPrivileges`)
 */
import { Ending, ExitStatus } from './exitStatus';

const REASONS: Readonly<Record<string, string>> = {
  ERR_UNKNOWN_CREDENTIAL: 'there is none of that name',
  EPERM: 'only root can (EPERM)',
};

/** Takes over a group, then a user with that user's groups. Throws `Ending`. */
export function shedPrivileges(uid: string | number | null, gid: string | number | null): void {
  if (uid === null && gid === null) return;
  const { setuid, setgid, getgid } = process;
  // Node has it, and its types do not.
  const { initgroups } = process as { initgroups?: (user: string | number, extraGroup: string | number) => void };
  if (setuid === undefined || setgid === undefined || initgroups === undefined || getgid === undefined) {
    throw new Ending(ExitStatus.NO_PERMISSION, 'cannot become another user on this system');
  }
  attempt(`group "${gid ?? ''}"`, () => {
    if (gid !== null) setgid.call(process, numeric(gid));
  });
  attempt(`user "${uid ?? ''}"`, () => {
    if (uid === null) return;
    initgroups.call(process, numeric(uid), gid === null ? getgid.call(process) : numeric(gid));
    setuid.call(process, numeric(uid));
  });
}

function attempt(what: string, become: () => void): void {
  try {
    become();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Ending(ExitStatus.NO_PERMISSION, `cannot become ${what}: ${REASONS[code] ?? message}`, { cause: error });
  }
}

/** Numbers on the command line are text. */
function numeric(id: string | number): string | number {
  return typeof id === 'string' && /^\d+$/.test(id) ? Number(id) : id;
}
