import { clock } from './clock';
import { describeArea } from './describeArea';

describeArea(clock);
