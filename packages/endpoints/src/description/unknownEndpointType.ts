/** Descriptions of a type that nobody knows. */
import { ValueError } from '@skein/reactor/error';

/** Types that are there for the asking, and where. */
const TO_IMPORT: ReadonlyMap<string, string> = new Map([
  ['ws', '@skein/endpoints/websocket'],
  ['wss', '@skein/endpoints/websocket'],
]);

/**
 * A description is of a type that nobody knows. Its name and its message are Twisted's, which say no more than that; `hint` says what
 * was wanted, and shows a description that is right. Node prints both.
 *
 * @twisted twisted.internet.endpoints (`ValueError: Unknown endpoint type`)
 */
export class UnknownEndpointType extends ValueError {
  /** What to write instead, for people. */
  readonly hint: string;

  /**
   * @param type - in lower case
   * @param known - the types that are known
   * @param example - a description that is right
   */
  constructor(type: string, known: Iterable<string>, example: string) {
    super(`Unknown endpoint type: '${type}'`);
    const module = TO_IMPORT.get(type);
    this.hint =
      module === undefined
        ? `wanted one of ${[...new Set(known)].join(', ')}, as in "${example}"`
        : `"${type}:" is there after: import '${module}'`;
  }
}
