/**
 * The keys that mean something in every box, and the limits of the protocol.
 *
 * @twisted twisted.protocols.amp
 */

/** In a command: its tag, when it is to be answered. */
export const ASK = '_ask';
/** In an answer: the tag of the command. */
export const ANSWER = '_answer';
/** In a command: its name. */
export const COMMAND = '_command';
/** In an error: the tag of the command. */
export const ERROR = '_error';
/** In an error: which it is. */
export const ERROR_CODE = '_error_code';
/** In an error: what it says. */
export const ERROR_DESCRIPTION = '_error_description';
/** The code of errors that the command does not list. */
export const UNKNOWN_ERROR_CODE = 'UNKNOWN';
/** The code that says that there is no responder. */
export const UNHANDLED_ERROR_CODE = 'UNHANDLED';

/** The longest key, in bytes. */
export const MAX_KEY_LENGTH = 0xff;
/** The longest value, in bytes. */
export const MAX_VALUE_LENGTH = 0xffff;
