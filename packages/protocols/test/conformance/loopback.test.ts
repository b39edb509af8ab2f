import { itDoesWhatWasRecorded } from './judge';
import { isLoopbackCase, loopback } from './loopback';

describe('what Twisted was recorded to do: pumps, loopbackAsync', () => {
  itDoesWhatWasRecorded(loopback, {}, isLoopbackCase);
});
