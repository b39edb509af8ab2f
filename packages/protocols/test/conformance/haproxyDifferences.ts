/** Where this package means to differ from the recorded PROXY headers, and why. Explained in docs/differences-from-twisted.md. */
const DIFFERENCES: readonly { readonly reason: string; readonly cases: readonly string[] }[] = [
  {
    reason: 'a header may come in any pieces; Twisted decides its version by the first chunk alone, which must be long enough',
    cases: [
      'stream-v1-first-chunk-1',
      'stream-v1-first-chunk-4',
      'stream-v1-first-chunk-6',
      'stream-v1-first-chunk-7',
      'stream-v1-bytewise',
      'stream-v2-first-chunk-12',
      'stream-v2-first-chunk-13',
      'gen-12',
      'gen-34',
    ],
  },
  {
    reason: '"PROXY UNKNOWN" is a whole header of version 1; Twisted wants something after it',
    cases: ['parse1-unknown', 'stream-v1-unknown'],
  },
  {
    reason:
      'headers are checked as the specification says: words, addresses, ports, the limit of 107 bytes, and the lengths of the ' +
      'further fields; Twisted takes any text for an address, and more',
    cases: [
      'parse1-extra',
      'parse1-not-an-address',
      'parse1-v6-in-tcp4',
      'parse1-leading-zero-port',
      'stream-v1-long-with-newline',
      'gen-39',
    ],
  },
  {
    reason: 'a port that is no number loses the connection, as any bad header does; in Twisted it throws out of dataReceived',
    cases: ['stream-v1-bad-port'],
  },
  {
    reason: 'after a bad header every chunk loses the connection again; Twisted looks for another header in it',
    cases: ['gen-8', 'gen-69', 'gen-85'],
  },
];

/** Case to reason. */
export const haproxyDifferences: Readonly<Record<string, string>> = Object.fromEntries(
  DIFFERENCES.flatMap(({ reason, cases }) => cases.map((name) => [name, reason])),
);
