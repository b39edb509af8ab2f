import { program } from './program';

it('the servers of the guide go on as if nothing were, whatever their peers do (a small torture)', async () => {
  // Answers may take longer than in `npm run torture`: other tests run at the same time.
  const torture = program('scripts/torture.ts', '--peers', '200', '--wave', '100', '--within', '1000');
  const { code, output } = await torture.ended;
  expect(output).toContain('torture: all bounds kept');
  expect(output).not.toContain('BROKEN');
  expect(code).toBe(0);
}, 40_000);
