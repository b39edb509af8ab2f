import { deferred } from './deferred';
import { describeArea } from './describeArea';

describeArea(deferred);
