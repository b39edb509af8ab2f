import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { iosim } from './iosim';

describeArea(iosim);
