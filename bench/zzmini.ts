import { race } from './socketBench';
const [title, load, ...names] = process.argv.slice(2);
const args = load === 'churn' ? [50, 2] : load === 'echo' ? [50, 2] : [4, 2];
void race(
  title!,
  names.map((n) => ({ name: n, server: n })),
  load!,
  args,
);
