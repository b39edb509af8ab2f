import { haproxy } from './haproxy';
import { haproxyDifferences } from './haproxyDifferences';
import { itDoesWhatWasRecorded } from './judge';

describe('what Twisted was recorded to do: haproxy', () => {
  itDoesWhatWasRecorded(haproxy, haproxyDifferences);
});
