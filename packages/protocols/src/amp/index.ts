/**
 * AMP, the Asynchronous Messaging Protocol: typed commands and answers, in both directions of one connection.
 *
 * @twisted twisted.protocols.amp
 *
 * `import * as amp from '@skein/protocols/amp'` keeps `amp.String` and `amp.Boolean` apart from JavaScript's own.
 */
export { AMP, type AMPOptions } from './amp';
export { AmpBox, Box, type BoxContents, QuitBox } from './ampBox';
export { AmpDateTime, type AmpDateTimeFields } from './ampDateTime';
export { AmpList } from './ampList';
export { type AnyArgument, Argument, type ArgumentOptions, type IsOptional } from './argument';
export { BinaryBoxProtocol } from './binaryBoxProtocol';
export { Boolean } from './boolean';
export { BoxDispatcher } from './boxDispatcher';
export {
  type AnswerOf,
  type ArgumentsOf,
  type CallArguments,
  type CallResult,
  Command,
  type CommandCaller,
  type CommandClass,
  type CommandError,
  type CommandErrors,
  type OrdinaryCommandClass,
  type Responder,
  type ResponderRegistry,
  type ResponseOf,
} from './command';
export { CommandLocator, SimpleStringLocator } from './commandLocator';
export {
  ANSWER,
  ASK,
  COMMAND,
  ERROR,
  ERROR_CODE,
  ERROR_DESCRIPTION,
  MAX_KEY_LENGTH,
  MAX_VALUE_LENGTH,
  UNHANDLED_ERROR_CODE,
  UNKNOWN_ERROR_CODE,
} from './constants';
export { DateTime } from './dateTime';
export { Decimal } from './decimal';
export { Descriptor, type DescriptorExchanger } from './descriptor';
export {
  AmpError,
  BadLocalReturn,
  IncompatibleVersions,
  InvalidSignature,
  MalformedAmpBox,
  NoEmptyBoxes,
  OnlyOneTLS,
  ProtocolSwitched,
  RemoteAmpError,
  type RemoteAmpErrorOptions,
  TooLong,
  UnhandledCommand,
  UnknownRemoteError,
} from './errors';
export { Float } from './float';
export { type Identifier, PYTHON_KEYWORDS } from './identifier';
export { Integer, type IntegerOf, type IntegerOptions } from './integer';
export { type BoxResponder, IBoxReceiver, IBoxSender, IResponderLocator } from './interfaces';
export { ListOf } from './listOf';
export { parse, parseString } from './parse';
export { Path } from './path';
export { type ProtocolSwitchClass, ProtocolSwitchCommand } from './protocolSwitch';
export { type ReceivedObjects, type Schema, type SentObjects } from './schema';
export { StartTLS, type TLSParameters } from './startTLS';
export { String } from './string';
export { Unicode } from './unicode';
