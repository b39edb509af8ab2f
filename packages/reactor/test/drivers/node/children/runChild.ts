import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../../../..');

export interface Ended {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | string | null;
  /** What it wrote, to either output. */
  readonly output: string;
}

/**
 * Runs a script of this folder from source, in a process of its own, until it ends by itself.
 *
 * @param limits - what the shell is to do first, for example `ulimit -n 64`
 */
export function runChild(script: string, limits = ':'): Promise<Ended> {
  const node = `exec '${process.execPath}' -C @skein/source -r ts-node/register '${join(__dirname, script)}'`;
  // Node 24 reads extra certificates in a thread of its own, at no certain time: it would take descriptors from the script.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' };
  const child = spawn('/bin/sh', ['-c', `${limits} && ${node}`], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: code ?? signal, output: Buffer.concat(output).toString() });
    });
  });
}
