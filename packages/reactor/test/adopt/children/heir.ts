import { createNodeReactor } from '../../../src/default';
import type { AddressFamily } from '../../../src/interfaces';
import { Witness, WitnessFactory } from '../../live/witness';

// Adopts the listening socket that it inherits as descriptor 3, greets one connection, echoes, and ends with it.
class Greeter extends Witness {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write('welcome ');
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data);
    this.transport.loseConnection();
  }
}

const reactor = createNodeReactor();
const greeter = new Greeter();
const port = reactor.adoptStreamPort(3, process.argv[2] as AddressFamily, new WitnessFactory(greeter));
console.log(`listening on ${String(port.getHost())}`);
void greeter.lost.then(async (reason) => {
  console.log(reason.value.name);
  await port.stopListening();
  console.log('stopped');
  reactor.stop();
});
void reactor.run();
