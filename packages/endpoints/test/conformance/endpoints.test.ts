import { describeArea } from '../../../reactor/test/conformance/describeArea';
import { endpoints } from './endpointCases';

describeArea(endpoints);
