import { describeArea } from './describeArea';
import { reactor } from './reactorArea';

describeArea(reactor);
