/** Test files that leave something behind, or fail where nobody looks: jest, as it is set up here, must not pass them. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const listen = "const s = require('net').createServer(); await new Promise((r) => s.listen(0, '127.0.0.1', r));";

/** Per case: the body of a test, and a piece of the failure that must come, or null when it must pass. */
const CASES = {
  clean: [`${listen} setTimeout(() => {}, 50); await new Promise((r) => s.close(r));`, null],
  server: [listen, 'left open: tcp 127.0.0.1'],
  unreferenced: [`${listen} s.unref();`, 'left open: tcp 127.0.0.1'],
  socket: [
    `${listen} const c = require('net').connect(s.address().port, '127.0.0.1'); await new Promise((r) => c.on('connect', r)); s.close();`,
    'left open: tcp 127.0.0.1',
  ],
  datagrams: ["require('dgram').createSocket('udp4').bind(0)", 'left open: udp'],
  child: ["require('child_process').spawn('sleep', ['3'], { stdio: 'ignore' })", 'left open: process'],
  timer: ['setTimeout(() => {}, 5000)', 'left open: Timeout'],
  signal: ["process.on('SIGUSR2', () => {})", 'left open: listener for SIGUSR2'],
  rejection: ["Promise.reject(new Error('nobody looks'))", 'nobody looks'],
  exception: [
    "setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 20));",
    'late',
  ],
};

export async function checkLeakRules() {
  const folder = await mkdtemp(join(tmpdir(), 'skein-leaks-'));
  try {
    for (const [name, [body]] of Object.entries(CASES)) {
      await writeFile(join(folder, `${name}.test.js`), `test('${name}', async () => { ${body} });\n`);
    }
    const { projects, testTimeout } = require('../../jest.config.js');
    const { testEnvironment, waitForUnhandledRejections } = projects[0];
    const config = { rootDir: folder, testEnvironment, waitForUnhandledRejections, testTimeout };
    const report = join(folder, 'report.json');
    const flags = ['-c', JSON.stringify(config), '-w', '2', '--json', '--outputFile', report, '--forceExit'];
    await new Promise((resolve) => {
      spawn(process.execPath, [require.resolve('jest/bin/jest'), ...flags], { stdio: 'ignore' }).on('close', resolve);
    });
    const { testResults } = JSON.parse(await readFile(report, 'utf8'));
    return { planted: testResults.length, misses: testResults.flatMap(misjudged) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function misjudged({ name, status, message }) {
  const file = name.replace(/^.*[/\\]|[.]test[.]js$/g, '');
  const wanted = CASES[file][1];
  const right = wanted === null ? status === 'passed' : status === 'failed' && message.includes(wanted);
  return right ? [] : [`${file}\n    wanted: ${wanted ?? 'to pass'}\n    got: ${status} ${message}`];
}
