/** `skein run`, called in this process: what its user reads, and the exit code. Real signals are in `program.processes.test.ts`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ExitStatus } from '../../src/command/exitStatus';
import { skein } from '../../src/command/program';

const LOCAL = 'tcp:0:interface=127.0.0.1';
/** What a factory looks like, of which nothing is asked. */
const FACTORY = '{ doStart() {}, doStop() {}, buildProtocol() { return null; } }';
const INSTALLED = Symbol.for('@skein/reactor');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-command-'));
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, INSTALLED);
  rmSync(folder, { recursive: true });
});

/** Writes a module to run; its path. */
function written(source: string, name = 'module.js'): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

/** Runs a command line to its end: the exit code, and all that was written to the terminal. The log goes to a file. */
async function outcomeOf(...argv: string[]): Promise<{ code: number; out: string; err: string; log: string }> {
  const said = { out: '', err: '' };
  const log = join(folder, 'log');
  const own = argv.includes('--log') || argv[0] !== 'run' ? [] : ['--log', log];
  const code = await skein([argv[0] ?? '', ...own, ...argv.slice(1)], '1.2.3', {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  return { code, ...said, log: existsSync(log) ? readFileSync(log, 'utf8') : '' };
}

/** What a module does to stop the reactor as soon as it runs, and to say something before. */
const STOPPING = (then = '') => `(reactor) => reactor.callWhenRunning(() => { ${then}; reactor.stop(); })`;

describe('skein', () => {
  test('skein tells its version, and helps, with 0', async () => {
    await expect(outcomeOf('--version')).resolves.toMatchObject({ code: 0, out: 'skein 1.2.3\n', err: '' });
    const { code, out } = await outcomeOf('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: skein run MODULE/);
    // A first module to copy, each way to listen, and each exit code.
    for (const text of ['Factory.forProtocol(Echo)', 'systemd:domain=INET', '69 cannot listen'])
      expect(out).toContain(text);
    for (const status of Object.values(ExitStatus)) expect(out).toMatch(new RegExp(`\\b${status} [a-z]`));
  });

  test('skein says how to go on when the command line is wrong, with 64', async () => {
    await expect(outcomeOf('start', 'm')).resolves.toMatchObject({
      code: 64,
      out: '',
      err: 'skein: there is no command "start", wanted "run" (npx skein --help tells more)\n',
    });
  });
});

describe('skein run', () => {
  test('skein run gives the reactor and the arguments to main, and ends with 0 when it stops', async () => {
    const path = written(
      `exports.main = (reactor, ...args) => { reactor.args = args; (${STOPPING('exports.ran = true')})(reactor); };`,
    );
    const { code, err, log } = await outcomeOf('run', path, '--', '--name', 'Anna');
    expect([code, err]).toEqual([0, '']);
    expect(log).toContain('Running; SIGTERM or Ctrl-C stops.');
    expect(log).toContain('Stopped.');
    expect(Reflect.get(globalThis, INSTALLED)).toMatchObject({ installed: { args: ['--name', 'Anna'] } });
  });

  test('skein run starts and stops the service of makeService, and gives it what was asked for', async () => {
    const path = written(`
      exports.makeService = ({ reactor, listen, args }) => ({
        name: null, parent: null, running: false, setName() {}, setServiceParent() {}, disownServiceParent() {},
        privilegedStartService() { exports.log = [...listen, ...args, 'listens']; },
        startService() { exports.log.push('starts'); (${STOPPING()})(reactor); },
        stopService() { exports.log.push('stops'); require('node:fs').writeFileSync(args[0], exports.log.join()); return null; },
      });`);
    const told = join(folder, 'told');
    const { code } = await outcomeOf('run', path, '--listen', 'any:thing', '--', told);
    expect([code, readFileSync(told, 'utf8')]).toEqual([0, `any:thing,${told},listens,starts,stops`]);
  });

  test('skein run uses the reactor that a module makes, and ends with 70 when it makes none', async () => {
    const source = written(
      `
      const { createNodeReactor } = require(${JSON.stringify(require.resolve('@skein/reactor'))});
      exports.makeReactor = () => Object.assign(createNodeReactor(), { mine: true });`,
      'mine.js',
    );
    const main = written(
      `exports.main = (reactor) => { if (reactor.mine) (${STOPPING()})(reactor); else throw new Error('not mine'); };`,
    );
    await expect(outcomeOf('run', main, '--reactor', source)).resolves.toMatchObject({ code: 0, err: '' });
    const throwing = written(`exports.makeReactor = () => { throw new Error('no uv here'); };`, 'throwing.js');
    const { code, err } = await outcomeOf('run', main, '--reactor', throwing);
    expect(code).toBe(70);
    expect(err).toContain(`skein: makeReactor() of "${throwing}" failed: Error: no uv here`);
  });

  test('skein run takes a signal for the end, and a second one for the end at once, with 128 and its number', async () => {
    const path = written(`
      exports.main = (reactor) => {
        const once = (phase, callable) => reactor.addSystemEventTrigger(phase, 'shutdown', callable);
        once('before', () => new Promise(() => {}));
        reactor.callWhenRunning(() => {
          process.emit('SIGTERM', 'SIGTERM');
          reactor.callLater(0, () => { process.emit('SIGINT', 'SIGINT'); process.emit('SIGINT', 'SIGINT'); });
        });
      };`);
    const { code, log } = await outcomeOf('run', path, '--drain', '3000');
    expect(code).toBe(130);
    expect(log).toContain('Connections have 3000 seconds to finish.');
    expect(log.match(/Received SIGINT, shutting down/g)).toHaveLength(2);
    // What the reactor says to that would alarm somebody who has only pressed Ctrl-C twice.
    expect(log).not.toContain('ReactorNotRunning');
  });

  test('skein run ends with 69 when the port is in use, says which and what that means, and closes what listens', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const path = written(`exports.factory = ${FACTORY};`);
    const { code, err } = await outcomeOf('run', path, '-l', LOCAL, '-l', `tcp:${port}:interface=127.0.0.1`);
    await new Promise((resolve) => taken.close(resolve));
    expect(code).toBe(69);
    expect(err).toContain(`skein: Couldn't listen on 127.0.0.1:${port}:`);
    expect(err).toContain('(something listens there already)');
  });

  test('skein run keeps a pid file while it runs, replaces one of a dead process, and ends with 75 beside a live one', async () => {
    const pidFile = join(folder, 'chat.pid');
    writeFileSync(pidFile, '999999999\n');
    const told = join(folder, 'told');
    const path = written(
      `exports.main = ${STOPPING(`require('node:fs').copyFileSync(${JSON.stringify(pidFile)}, ${JSON.stringify(told)})`)};`,
    );
    await expect(outcomeOf('run', path, '--pidfile', pidFile)).resolves.toMatchObject({ code: 0 });
    expect([readFileSync(told, 'utf8'), existsSync(pidFile)]).toEqual([`${process.pid}\n`, false]);
    writeFileSync(pidFile, `${process.ppid}\n`);
    await expect(outcomeOf('run', path, '--pidfile', pidFile)).resolves.toMatchObject({
      code: 75,
      err: `skein: it runs already, as process ${process.ppid} (pid file "${pidFile}")\n`,
    });
    expect(readFileSync(pidFile, 'utf8')).toBe(`${process.ppid}\n`);
  });

  test('skein run says so when a pid file cannot be taken away', async () => {
    const pidFile = join(folder, 'chat.pid');
    // In its place is then a folder, which is not removed as a file is.
    const swap = `const fs = require('node:fs'); fs.rmSync(${JSON.stringify(pidFile)}); fs.mkdirSync(${JSON.stringify(pidFile)})`;
    const path = written(`exports.main = ${STOPPING(swap)};`);
    const { code, log } = await outcomeOf('run', path, '--pidfile', pidFile);
    expect(code).toBe(0);
    expect(log).toContain(`The pid file "${pidFile}" stays: it cannot be taken away (EISDIR).`);
  });

  test('skein run makes its process what an Application wants of it, unless the command line wants another', async () => {
    const path = written(`
      const { Application } = require(${JSON.stringify(require.resolve('../../src/application/service'))});
      const { reactor } = require(${JSON.stringify(require.resolve('@skein/reactor'))});
      exports.makeService = ({ args: [uid] }) => {
        const application = new Application('chat', { processName: 'chatd', ...(uid && { uid }) });
        application.startService = () => (${STOPPING()})(reactor);
        return application;
      };`);
    const { title } = process;
    await expect(outcomeOf('run', path)).resolves.toMatchObject({ code: 0, err: '' });
    expect(process.title).toBe('chatd');
    process.title = title;
    Reflect.deleteProperty(globalThis, INSTALLED);
    const refused = (user: string) => ({
      code: 77,
      err: `skein: cannot become user "${user}": there is none of that name\n`,
    });
    await expect(outcomeOf('run', path, '--', 'no-such-user')).resolves.toMatchObject(refused('no-such-user'));
    Reflect.deleteProperty(globalThis, INSTALLED);
    await expect(outcomeOf('run', path, '--uid', 'nor-this', '--', 'no-such-user')).resolves.toMatchObject(
      refused('nor-this'),
    );
  });

  test('skein run logs one object a line, of the level that is wanted and up', async () => {
    const log = join(folder, 'json');
    const path = written(`exports.main = ${STOPPING()};`);
    await outcomeOf('run', path, '--log', log, '--log-format', 'json');
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, string>);
    expect(events.at(-1)).toMatchObject({ level: 'info', namespace: 'skein.command', message: 'Stopped.' });
    await outcomeOf('run', path, '--log', log, '--log-format', 'json', '--log-level', 'warn');
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(lines);
  });

  const serving = `exports.factory = ${FACTORY}`;
  const TYPES = 'tcp, tcp6, unix, ssl, tls, systemd, fd, haproxy, ws, wss';
  test.each<[status: number, text: string | RegExp, source: string | null, args: string[]]>([
    [66, /there is no module ".*\/none\.js": looked for .*\/none\.js/, null, []],
    [66, 'there is no module "uv": looked for a package "uv" (a file begins with "./")', serving, ['--reactor', 'uv']],
    [70, /cannot load ".*module\.js": Error: boom/, 'throw new Error("boom")', []],
    [70, 'TypeError: no good', 'exports.main = async () => { throw new TypeError("no good"); }', []],
    [78, 'port is "http", wanted a whole number, as in "tcp:8080', serving, ['-l', 'tcp:http']],
    [
      78,
      `Unknown endpoint type: 'tpc', wanted one of ${TYPES}, as in "tcp:8080:interface=127.0.0.1"`,
      serving,
      ['-l', 'tpc:80'],
    ],
    [
      78,
      `Unknown endpoint type: '8123', wanted one of ${TYPES}, as in "tcp:8080:interface=127.0.0.1"`,
      serving,
      ['-l', '8123'],
    ],
    [78, 'cannot listen at "tcp:99999": A TCP port must be an integer from 0', serving, ['-l', 'tcp:99999']],
    [78, 'port is "http", wanted', 'exports.makeService = () => { throw new Error("called"); }', ['-l', 'tcp:http']],
    [78, 'it exports nothing, wanted an export of makeService', '', []],
    [78, 'it exports chat, wanted an export of makeService', 'exports.chat = 1', []],
    [78, 'what its makeFactory made is no factory', 'exports.makeFactory = () => 3', []],
    [78, 'gives no reactor, wanted node or a module', 'exports.makeReactor = () => ({})', ['--reactor', 'ITSELF']],
    [77, 'cannot become user "no-such": there is none of that name', serving, ['-l', LOCAL, '--uid', 'no-such']],
    [77, 'cannot become group "no-such": there is none of that name', serving, ['-l', LOCAL, '--gid', 'no-such']],
    [73, 'cannot write the log "/nowhere/log": ENOENT', serving, ['-l', LOCAL, '--log', '/nowhere/log']],
    [73, 'cannot write the pid file "/nowhere/pid": ENOENT', serving, ['-l', LOCAL, '--pidfile', '/nowhere/pid']],
    [69, /listen on any:\/nowhere\/s: ENOENT.*\(there is no such folder\)/, serving, ['-l', 'unix:/nowhere/s']],
    [64, 'exports a factory: where is it to listen? (--listen tcp:8123)', serving, []],
    [64, 'exports a main, which says itself where it listens', 'exports.main = () => {}', ['-l', LOCAL]],
  ])('skein run ends with %p and says %p', async (status, text, source, args) => {
    const path = source === null ? join(folder, 'none.js') : written(source);
    const { code, err } = await outcomeOf('run', path, ...args.map((arg) => (arg === 'ITSELF' ? path : arg)));
    expect(err).toMatch(/^skein: /);
    expect(err).toMatch(typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text);
    expect(code).toBe(status);
  });
});
