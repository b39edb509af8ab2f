import { program, start } from '../program';

/** Each showcase of docs/showcases.md, and a line that it prints. */
const SHOWCASES: readonly [name: string, args: string[], line: RegExp][] = [
  ['week', ['7'], /^The client connected \d+ times, and \d+ times in vain; \d{5} heartbeats were answered\.$/m],
  ['chatRoom', ['7'], /4400 messages were heard by the 45 who are left: all of them, in order, and each once\.$/m],
  ['crowd', ['2000'], /^2000 clients connected to one server, and were greeted: \d+ events\.$/m],
  ['swap', [], /^ {2}alice is told: <bob> hello\n {2}alice is told: <bob> bye\nOver real sockets:$/m],
];

it.each(SHOWCASES)(
  '%s.ts runs as a program, and tells what it did',
  async (name, args, line) => {
    const { code, output } = await program(`packages/examples/src/simulation/${name}.ts`, ...args).ended;
    expect(output).toMatch(line);
    expect(code).toBe(0);
  },
  60_000,
);

it('lateReply.ts prints a command that fails in the same way when it is run', async () => {
  const { output, code } = await program('packages/examples/src/simulation/lateReply.ts').ended;
  expect(code).toBe(0);
  expect(output).toMatch(/^The client that is right passes 2000 seeds\.$/m);
  const [, seed = '', command = ''] = /^seed \d+ failed; run it again: (SIM_SEED=\d+) (.*)$/m.exec(output) ?? [];
  const again = await start('env', seed, 'sh', '-c', command).ended;
  const failure = (text: string) => text.slice(text.indexOf('HostError'), text.indexOf('\nThe client that is right'));
  expect(failure(output)).toContain('was the reply to');
  expect(failure(again.output)).toBe(failure(output));
}, 120_000);
