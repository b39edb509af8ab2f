import { createNodeReactor } from '../../../src/default';
import { Witness, WitnessFactory } from '../../live/witness';

// Runs a protocol on the connection that it inherits as descriptor 3: what comes goes back in capitals.
class Capitals extends Witness {
  override dataReceived(data: Buffer): void {
    this.transport.write(data.toString().toUpperCase());
  }
}

const reactor = createNodeReactor();
const protocol = new Capitals();
const factory = new WitnessFactory(protocol);
reactor.adoptStreamConnection(3, 'INET', factory);
console.log(factory.peers.join());
void protocol.lost.then((reason) => {
  console.log(`${reason.value.name}, factory: ${factory.events.join() || 'none'}`);
  reactor.stop();
});
void reactor.run();
