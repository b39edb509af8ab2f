import { itDoesWhatWasRecorded } from './judge';
import { policies, POLICY_KINDS } from './policies';
import { policiesDifferences } from './policiesDifferences';

describe('what Twisted was recorded to do: policies', () => {
  itDoesWhatWasRecorded(policies, policiesDifferences, (scenario) => POLICY_KINDS.has(scenario['kind']));
});
