/** A program whose shutdown waits for what never comes. */
import { reactor } from '@skein/reactor';
import { Deferred } from '@skein/reactor/defer';

reactor.addSystemEventTrigger('before', 'shutdown', () => {
  console.log('waiting for ever');
  return new Deferred();
});
reactor.addSystemEventTrigger('after', 'shutdown', () => console.log('not for ever'));
reactor.callWhenRunning(() => console.log('running'));
void reactor.run();
