/** Load: short lines. Arguments: port, connections, seconds. */
import { keepWindow } from './window';

const [port, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
keepWindow('the quick brown\r\n', port, connections, seconds);
