import { endpoints } from './endpointCases';
import { describeArea } from './describeArea';

describeArea(endpoints);
