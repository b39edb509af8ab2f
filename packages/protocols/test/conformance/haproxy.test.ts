import { describeArea } from '../../../reactor/test/conformance/describeArea';

import { haproxy } from './haproxy';

describeArea(haproxy);
