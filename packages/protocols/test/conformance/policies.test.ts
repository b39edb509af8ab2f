import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { policies } from './policies';

describeArea(policies);
