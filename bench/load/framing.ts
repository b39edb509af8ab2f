/** Load: netstrings (0) or strings with two bytes of length (1). Arguments: port, kind, connections, seconds. */
import { keepWindow } from './window';

const [port, kind, connections, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number];
const PAYLOAD = 'the quick brown';
keepWindow(kind === 0 ? `${PAYLOAD.length}:${PAYLOAD},` : `\0\x0f${PAYLOAD}`, port, connections, seconds);
