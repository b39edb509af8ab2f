/**
 * The little language of endpoint descriptions: `tcp:8080:interface=127.0.0.1`.
 *
 * @twisted twisted.internet.endpoints._parse, quoteStringArgument
 *
 * Parts are divided by `:`; the first `=` of a part makes it a keyword argument; a backslash takes the next character as
 * it is. Of several arguments with one keyword the last counts.
 */
import { ValueError } from '@skein/reactor/error';

/** A description, taken apart. */
export interface Description {
  /** The whole description, for messages. */
  readonly text: string;
  /** Positional arguments, the endpoint's type included. */
  readonly args: readonly string[];
  /** Keyword arguments. An object without a prototype: any key is just a key. */
  readonly kwargs: Readonly<Record<string, string>>;
}

/**
 * Prepares text for use as one argument of a description: puts backslashes before backslashes and colons.
 *
 * An `=` is left alone, as in Twisted. So a positional argument that contains one becomes a keyword argument; give such
 * arguments by keyword: `` `unix:address=${quoteStringArgument(path)}` ``.
 *
 * @twisted twisted.internet.endpoints.quoteStringArgument
 *
 * @example
 * serverFromString(reactor, `tcp:80:interface=${quoteStringArgument('::1')}`);
 */
export function quoteStringArgument(argument: string): string {
  return argument.replace(/[\\:]/g, '\\$&');
}

/**
 * Puts a description together again: the reverse of `parseDescription`. Positional arguments keep their `=`, which Twisted's lose.
 *
 * @twisted twisted.protocols.haproxy._parser.unparseEndpoint
 */
export function unparseDescription(args: readonly string[], kwargs: Description['kwargs']): string {
  const positional = args.map((value) => quoteStringArgument(value).replaceAll('=', '\\='));
  const named = Object.entries(kwargs).map(
    ([name, value]) => `${quoteStringArgument(name)}=${quoteStringArgument(value)}`,
  );
  return [...positional, ...named.sort()].join(':');
}

/** Takes a description apart. Throws `ValueError` where it ends in a backslash, and for keywords that are not ASCII. */
export function parseDescription(text: string): Description {
  if (typeof text !== 'string') {
    throw new TypeError(`cannot parse endpoint description "${String(text)}", wanted a string, as in "tcp:8080"`);
  }
  const args: string[] = [];
  const kwargs = Object.create(null) as Record<string, string>;
  let keyword: string | null = null;
  let current = '';
  const finishPart = (): void => {
    if (keyword === null) args.push(current);
    else kwargs[keyword] = current;
    keyword = null;
    current = '';
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === ':') {
      finishPart();
    } else if (character === '=' && keyword === null) {
      keyword = checkKeyword(text, current);
      current = '';
    } else if (character === '\\') {
      i++;
      if (i === text.length) {
        throw new ValueError(
          `cannot parse endpoint description "${text}": it ends in a backslash, wanted a character after it`,
        );
      }
      current += text[i] as string;
    } else {
      current += character;
    }
  }
  finishPart();
  return { text, args, kwargs };
}

function checkKeyword(text: string, keyword: string): string {
  // eslint-disable-next-line no-control-regex -- all of ASCII
  if (/^[\x00-\x7f]*$/.test(keyword)) return keyword;
  throw new ValueError(`cannot parse endpoint description "${text}": keyword "${keyword}" is not ASCII`);
}

/** The type of a description: its first positional argument. Throws `ValueError` when there is none. */
export function typeOf({ text, args }: Description): string {
  const [endpointType] = args;
  if (endpointType !== undefined) return endpointType;
  throw new ValueError(`cannot parse endpoint description "${text}": its type is missing, as in "tcp:8080"`);
}
