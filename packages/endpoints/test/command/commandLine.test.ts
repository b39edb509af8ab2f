import { HELP, parseCommandLine } from '../../src/command/commandLine';

describe('parseCommandLine', () => {
  test('reads every option', () => {
    const line =
      'run ./chat.ts --listen tcp:8123 -l ws:8124 --reactor ./r.js --log l --log-level warn --log-format json ' +
      '--uid chat --gid 7 --pidfile p --drain 2.5 -- --name x';
    expect(parseCommandLine(line.split(' '))).toEqual({
      kind: 'run',
      module: './chat.ts',
      listen: ['tcp:8123', 'ws:8124'],
      reactor: './r.js',
      log: 'l',
      logLevel: 'warn',
      logFormat: 'json',
      uid: 'chat',
      gid: '7',
      pidFile: 'p',
      drain: 2.5,
      args: ['--name', 'x'],
    });
  });

  test('takes help and version wherever they stand, but not after --', () => {
    expect(parseCommandLine(['run', '--help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' });
    expect(parseCommandLine(['run', 'm', '--', '--help'])).toMatchObject({ kind: 'run', args: ['--help'] });
    for (const word of ['--listen', '--drain', 'makeFactory', 'Exit codes']) expect(HELP).toContain(word);
  });

  test.each([
    ['', 'there is nothing to do, wanted "npx skein run MODULE"'],
    ['start m', 'there is no command "start", wanted "run"'],
    ['run', 'a module is missing'],
    ['run a b', '"b" is an argument too many'],
    ['run m --lisen tcp:1', "Unknown option '--lisen'"],
    ['run m --listen', "Option '-l, --listen <value>' argument missing"],
    ['run m --drain soon', '--drain is "soon", wanted seconds, 0 or more'],
    ['run m --log-level loud', '--log-level is "loud", wanted debug, info, warn, error or critical'],
    ['run m --log-format xml', '--log-format is "xml", wanted text or json'],
  ])('refuses "%s" with 64', (line, problem) => {
    const parse = (): unknown => parseCommandLine(line.split(' ').filter((word) => word !== ''));
    expect(parse).toThrow(problem);
    expect(parse).toThrow(expect.objectContaining({ status: 64 }) as Error);
  });
});
