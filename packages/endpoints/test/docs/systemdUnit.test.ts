/** The unit of docs/howto/application.md, against the command that it starts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parseCommandLine, type RunCommand } from '../../src/command/commandLine';
import { ExitStatus } from '../../src/command/exitStatus';

const unit = readFileSync(path.join(__dirname, '../../../examples/systemd/counting.service'), 'utf8');

const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

test('counting.service starts the command with a command line that it takes, and gives it time to drain', () => {
  const [node, program, ...argv] = setting('ExecStart').split(' ');
  expect([node, program]).toEqual(['/usr/bin/node', 'node_modules/.bin/skein']);
  const { listen, drain } = parseCommandLine(argv) as RunCommand;
  expect(listen).toEqual(['tcp:8123']);
  expect(Number(setting('TimeoutStopSec'))).toBeGreaterThan(drain);
});

test('counting.service does not start again what trying again does not mend', () => {
  const { USAGE, NO_INPUT, NO_PERMISSION, CONFIG } = ExitStatus;
  expect(setting('RestartPreventExitStatus')).toBe([USAGE, NO_INPUT, NO_PERMISSION, CONFIG].join(' '));
  expect(setting('Restart')).toBe('on-failure');
});
