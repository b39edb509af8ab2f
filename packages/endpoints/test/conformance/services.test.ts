import { describeArea } from './describeArea';
import { services } from './serviceCases';

describeArea(services);
