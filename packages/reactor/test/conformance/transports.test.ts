import { describeArea } from './describeArea';
import { transports } from './transports';

describeArea(transports);
