import { fileSender, isFileSenderCase } from './fileSender';
import { itDoesWhatWasRecorded } from './judge';

describe('what Twisted was recorded to do: pumps, FileSender', () => {
  itDoesWhatWasRecorded(fileSender, {}, isFileSenderCase);
});
