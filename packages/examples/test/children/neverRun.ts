/** A program that listens and schedules, and forgets to run the reactor. */
import { reactor } from '@skein/reactor';
import { Factory, Protocol } from '@skein/protocols';

const port = reactor.listenTCP(0, Factory.forProtocol(Protocol), { interface: '127.0.0.1' });
reactor.callLater(0, () => console.log('delivered'));
reactor.callWhenRunning(() => console.log('delivered'));
console.log(`listening: ${port.getHost().toString().startsWith('IPv4Address')}`);
