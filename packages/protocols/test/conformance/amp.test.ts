import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { amp } from './amp';

describeArea(amp);
