import { describeArea } from '../../../reactor/test/conformance/describeArea';
import { services } from './serviceCases';

describeArea(services);
