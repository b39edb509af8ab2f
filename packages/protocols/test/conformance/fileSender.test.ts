import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { fileSender } from './fileSender';

describeArea(fileSender);
