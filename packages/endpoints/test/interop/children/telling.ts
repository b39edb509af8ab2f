/** A server for `skein run`: it answers a line with who asked whom. */
export { telling as factory } from '../peers';
