/** The workloads, by name. */
import type { Scenario } from '@skein/reactor/simulation';

import { questions } from './asking';
import { reconnecting, service } from './connecting';
import { lines, strings } from './framing';
import { throttling, timeouts } from './policies';
import { files, forwarding, halves, producing } from './streaming';

export { ROUGH } from './rough';

export const WORKLOADS: Readonly<Record<string, Scenario>> = {
  lines,
  strings,
  timeouts,
  throttling,
  reconnecting,
  service,
  questions,
  producing,
  files,
  forwarding,
  halves,
};
