/**
 * The file with the number of the process. One that a dead process has left is replaced; one of a live process says that it
 * runs already.
 *
 * @twisted twisted.application.runner._pidfile.PIDFile
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { Ending, ExitStatus } from './exitStatus';

/**
 * Writes the file. Throws `Ending`. Returns a function that takes it away, unless it is another's by then, and tells why it could
 * not, or null.
 */
export function writePIDFile(path: string): () => string | null {
  if (!write(path)) {
    const pid = pidIn(path);
    if (pid !== process.pid && isAlive(pid)) {
      throw new Ending(ExitStatus.TRY_LATER, `it runs already, as process ${pid} (pid file "${path}")`);
    }
    rmSync(path, { force: true });
    if (!write(path)) throw new Ending(ExitStatus.TRY_LATER, `it is just being started (pid file "${path}")`);
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8').trim() === String(process.pid)) rmSync(path);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // As another user, most often. The next start will find it to be of a dead process, and replace it.
      if (code !== 'ENOENT') return `The pid file "${path}" stays: it cannot be taken away (${code}).`;
    }
    return null;
  };
}

/** Whether the file could be made: false when there is one. */
function write(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new Ending(ExitStatus.CANNOT_CREATE, `cannot write the pid file "${path}": ${code}`, { cause: error });
  }
}

function pidIn(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Ending(ExitStatus.CANNOT_CREATE, `cannot read the pid file "${path}": ${code}`, { cause: error });
  }
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Ending(
    ExitStatus.CANNOT_CREATE,
    `"${path}" is no pid file: it says "${text.slice(0, 40)}", wanted the number of a process; take it away`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
