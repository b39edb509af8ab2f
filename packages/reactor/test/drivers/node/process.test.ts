import { runChild } from './children/runChild';

describe('NodeDriver and its process', () => {
  it('NodeDriver lets the process exit when it was never started, whatever was commanded', async () => {
    expect(await runChild('notStarted.ts')).toEqual({ code: 0, output: 'made\n' });
  });

  it('NodeDriver.stop lets the process exit, with connections open and an alarm set', async () => {
    expect(await runChild('stopped.ts')).toEqual({ code: 0, output: 'hello\n' });
  });

  it('NodeDriver.start keeps the process alive', async () => {
    expect(await runChild('started.ts')).toEqual({ code: 0, output: 'rang\n' });
  });

  it('NodeDriver reports the accept that took the last descriptor, sheds what it cannot accept, and goes on', async () => {
    const { code, output } = await runChild('descriptors.ts', 'ulimit -n 100');
    expect(output.trim().split('\n')).toEqual([
      'accepted 1',
      'acceptFailed: DriverError EMFILE accept',
      'data for 1',
      'shed',
      'accepted 2',
      'data for 2',
    ]);
    expect(code).toBe(0);
  });
});
