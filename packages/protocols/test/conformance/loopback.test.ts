import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { loopback } from './loopback';

describeArea(loopback);
