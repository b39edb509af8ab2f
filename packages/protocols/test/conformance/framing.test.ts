import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { framing, linesOfBytes } from './framing';

describeArea(framing);
describeArea(linesOfBytes);
