/** Parsers in installed packages: an application in a folder of its own, with packages in its node_modules, run as a program. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { ValueError } from '@skein/reactor/error';

import { installedExports } from '../../src/description/installedParsers';

let application: string;
beforeEach(() => {
  application = realpathSync(mkdtempSync(path.join(tmpdir(), 'skein-')));
});
afterEach(() => rmSync(application, { recursive: true, force: true }));

function write(file: string, content: unknown): void {
  const where = path.join(application, file);
  mkdirSync(path.dirname(where), { recursive: true });
  writeFileSync(where, typeof content === 'string' ? content : JSON.stringify(content));
}

/** A package with a type of descriptions, `mux`, for servers and clients. */
function install(name: string, module = './parser.js'): void {
  write(`node_modules/${name}/package.json`, { name, skein: { endpoints: { mux: module } } });
  write(
    `node_modules/${name}/parser.js`,
    `class MuxServer { listen() {} }
     class MuxClient { connect() {} }
     exports.parser = {
       prefix: 'mux',
       parseStreamServer(reactor, [port], kwargs) { if (!port) throw new TypeError('mux wants a port'); return new MuxServer(); },
       parseStreamClient: () => new MuxClient(),
     };`,
  );
}

const PATIENCE_MS = 60_000;
const CHILD = path.join(__dirname, 'children/listening.ts');
const REGISTER = require.resolve('ts-node/register/transpile-only');

/** What the program says of each. It compiles all it needs: more time than a busy machine may have in ten seconds. */
async function run(...told: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-C', '@skein/source', '-r', REGISTER, CHILD, ...told],
    { cwd: application, env: { ...process.env, TS_NODE_PROJECT: path.join(__dirname, '../../../../tsconfig.json') } },
  );
  return stdout.trim().split('\n');
}

test(
  'serverFromString and clientFromString find a type in a package that the application depends on',
  async () => {
    write('package.json', { dependencies: { '@scope/skein-mux': '1' } });
    install('@scope/skein-mux');
    expect(await run('server MUX:80', 'server mux:81', 'client mux:h:80', 'server mux')).toEqual([
      ...['MuxServer', 'MuxServer', 'MuxClient', 'TypeError: mux wants a port'],
    ]);
  },
  PATIENCE_MS,
);

test(
  'serverFromString does not load what the application does not depend on itself',
  async () => {
    write('package.json', { dependencies: { other: '1' } });
    write('node_modules/other/package.json', { name: 'other', dependencies: { 'skein-mux': '1' } });
    install('skein-mux');
    expect(await run('server mux:80')).toEqual(["ValueError: Unknown endpoint type: 'mux'"]);
  },
  PATIENCE_MS,
);

test(
  'serverFromString and clientFromString find ws: and wss: where the application depends on @skein/endpoints',
  async () => {
    write('package.json', { dependencies: { '@skein/endpoints': '0' } });
    mkdirSync(path.join(application, 'node_modules/@skein'), { recursive: true });
    symlinkSync(path.join(__dirname, '../..'), path.join(application, 'node_modules/@skein/endpoints'));
    expect(await run('server ws:80', 'client wss:h:443')).toEqual([
      'WebSocketServerEndpoint',
      'WebSocketClientEndpoint',
    ]);
  },
  PATIENCE_MS,
);

test('installedExports looks from the folder upwards, as Node does, and loads the wanted type only', () => {
  write('package.json', { devDependencies: { 'skein-mux': '1' }, dependencies: { gone: '1', broken: '1' } });
  write('node_modules/broken/package.json', '{ no JSON');
  install('skein-mux');
  mkdirSync(path.join(application, 'dist/deep'), { recursive: true });
  const found = installedExports('mux', [path.join(application, 'dist/deep')]);
  expect(found).toEqual([expect.objectContaining({ prefix: 'mux' })]);
  expect(installedExports('tox', [application])).toEqual([]);
});

test('installedExports says which package has a module that cannot be loaded', () => {
  write('package.json', { dependencies: { 'skein-mux': '1' } });
  install('skein-mux', './gone.js');
  const look = () => installedExports('mux', [application]);
  expect(look).toThrow(ValueError);
  expect(look).toThrow(`cannot load endpoint type 'mux' of package "skein-mux" from "./gone.js" (Cannot find module`);
});

test.each([['null'], ['[]'], ['{"skein": null}'], ['{"skein": {"endpoints": 7}}'], ['{"dependencies": null}']])(
  'installedExports finds nothing in a package.json of %s',
  (content) => {
    write('package.json', { dependencies: { 'skein-mux': '1' } });
    write('node_modules/skein-mux/package.json', content);
    expect(installedExports('mux', [application])).toEqual([]);
    write('package.json', content);
    expect(installedExports('mux', [application])).toEqual([]);
  },
);
