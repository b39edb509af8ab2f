/**
 * Framing: lines, netstrings, strings with their length in front; and sending files.
 *
 * @twisted twisted.protocols.basic
 */
export type { LineEncoding } from './delimiter';
export { FileSender, type ReadableFile } from './fileSender';
export {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
  StringTooLongError,
  type StructFormat,
} from './intNStringReceiver';
export { BytesLineOnlyReceiver, LineOnlyReceiver } from './lineOnlyReceiver';
export { BytesLineReceiver, LineReceiver } from './lineReceiver';
export { NetstringReceiver } from './netstringReceiver';
export { StatefulStringProtocol, type StringStates } from './statefulStringProtocol';
