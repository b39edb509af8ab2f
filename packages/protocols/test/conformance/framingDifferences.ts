/** Where the protocols mean to differ from the recorded framing, and why. */
import { because, type Differences } from '../../../reactor/test/conformance/area';

export const lineOnlyDifferences: Differences = because(
  'LineOnlyReceiver reports a line that is too long once, and drops the rest of it; Twisted keeps it and reports it ' +
    'again, longer, with every chunk (unbounded memory, quadratic time)',
  'lineonly-max5-override-6',
  'lineonly-max5-override-7',
  'gen-lineonly-2',
  'gen-lineonly-4',
  'gen-lineonly-6',
  'gen-lineonly-11',
  'gen-lineonly-12',
  'gen-lineonly-14',
  'gen-lineonly-17',
  'gen-lineonly-18',
);

export const framingDifferences: Differences = {
  ...lineOnlyDifferences,
  ...because(
    'a line feed after the digits of a netstring is an error at once; Twisted, whose regular expression ends in "$", ' +
      'waits for the byte after it',
    'net-bad-bytewise-15',
    'net-digit-newline',
  ),
  ...because(
    'IntNStringReceiver delivers each string once; Twisted parses a whole chunk again, from its start, when dataReceived ' +
      'or resumeProducing is called from inside stringReceived, and with the data after an exception or a string that was ' +
      'too long',
    'int8-limit-exact',
    'int8-limit-sync',
    'int16-limit',
    'int16-limit-exact',
    'int16-limit-override',
    'int16-pause-resume-same-call',
    'int16-reentrant',
    'int32-limit-exact',
    'int32-limit-sync',
    'int32-pause-resume-same-call',
    'int32-raise',
    'int32-reentrant',
    'gen-int-1',
    'gen-int-2',
    'gen-int-5',
    'gen-int-10',
    'gen-int-15',
    'gen-int-23',
    'gen-int-26',
    'gen-int-34',
    'gen-int-36',
    'gen-int-39',
    'gen-int-43',
    'gen-int-44',
  ),
};
