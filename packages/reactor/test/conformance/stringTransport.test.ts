import { describeArea } from './describeArea';
import { stringTransport } from './stringTransport';

describeArea(stringTransport);
