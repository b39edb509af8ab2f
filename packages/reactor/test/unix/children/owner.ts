import { createNodeReactor } from '../../../src/default';
import { WitnessFactory } from '../../live/witness';

// Listens on the path it is given, holding its lock, until it is killed.
const reactor = createNodeReactor();
reactor.listenUNIX(process.argv[2]!, new WitnessFactory(), { wantPID: true });
console.log('listening');
void reactor.run();
