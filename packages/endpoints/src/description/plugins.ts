/**
 * New types of endpoint descriptions: registered in code, or found in the packages that are installed.
 *
 * @twisted twisted.internet.interfaces.IStreamServerEndpointStringParser, IStreamClientEndpointStringParserWithReactor,
 * twisted.plugin.getPlugins
 *
 * The register is process-wide, as Twisted's plugins are (a well-known symbol on `globalThis`, so that two copies of the
 * package share it). A type that nobody has registered is looked for in installed packages: see `installedParsers.ts`.
 */
import { defineInterface, type IReactor } from '@skein/reactor/interfaces';

import type { IStreamClientEndpoint, IStreamServerEndpoint } from '../interfaces';

import { applicationFolders, installedExports } from './installedParsers';
import type { ClientKind, ServerKind } from './kinds/kind';
import { UnknownEndpointType } from './unknownEndpointType';

/** Keyword arguments of a description. */
export type DescriptionKeywords = Readonly<Record<string, string>>;

/**
 * Makes server endpoints of descriptions.
 *
 * @twisted twisted.internet.interfaces.IStreamServerEndpointStringParser
 */
export interface IStreamServerEndpointStringParser {
  /** The type of descriptions it takes; upper and lower case are not told apart. */
  readonly prefix: string;
  /** An endpoint for the arguments after the type. What it throws comes out of `serverFromString`. */
  parseStreamServer(reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords): IStreamServerEndpoint;
}
export const IStreamServerEndpointStringParser = defineInterface<IStreamServerEndpointStringParser>(
  'IStreamServerEndpointStringParser',
  ['prefix', 'parseStreamServer'],
);

/**
 * Makes client endpoints of descriptions.
 *
 * @twisted twisted.internet.interfaces.IStreamClientEndpointStringParserWithReactor
 */
export interface IStreamClientEndpointStringParserWithReactor {
  /** The type of descriptions it takes; upper and lower case are not told apart. */
  readonly prefix: string;
  /** An endpoint for the arguments after the type. What it throws comes out of `clientFromString`. */
  parseStreamClient(reactor: IReactor, args: readonly string[], kwargs: DescriptionKeywords): IStreamClientEndpoint;
}
export const IStreamClientEndpointStringParserWithReactor =
  defineInterface<IStreamClientEndpointStringParserWithReactor>('IStreamClientEndpointStringParserWithReactor', [
    'prefix',
    'parseStreamClient',
  ]);

/** What can be registered: a parser for servers, for clients, or one for both. */
export type EndpointParser = IStreamServerEndpointStringParser | IStreamClientEndpointStringParserWithReactor;

const KEY = Symbol.for('@skein/endpoints/parsers');

function registered(): EndpointParser[] {
  const holder = globalThis as { [KEY]?: EndpointParser[] };
  return (holder[KEY] ??= []);
}

/**
 * Adds a type of descriptions, for the whole process. Of several parsers with one prefix the first registered is used, and the
 * built-in types come before all.
 *
 * A package that others install can do without, by the key `skein.endpoints` of its `package.json`: see `installedParsers.ts`.
 *
 * Throws `TypeError` for what is no parser.
 *
 * @returns a function that takes the parser out again
 *
 * @example
 * registerEndpointParser({
 *   prefix: 'local',
 *   parseStreamServer: (reactor, [port]) => new TCP4ServerEndpoint(reactor, Number(port), { interface: '127.0.0.1' }),
 * });
 * serverFromString(reactor, 'local:8080');
 */
export function registerEndpointParser(parser: EndpointParser): () => void {
  if (
    !IStreamServerEndpointStringParser.providedBy(parser) &&
    !IStreamClientEndpointStringParserWithReactor.providedBy(parser)
  ) {
    throw new TypeError(
      `cannot register "${String(parser)}", wanted a prefix with parseStreamServer or parseStreamClient`,
    );
  }
  registered().push(parser);
  return () => {
    const index = registered().indexOf(parser);
    if (index !== -1) registered().splice(index, 1);
  };
}

/**
 * The parser of servers for a type that is none of the built-in ones. Throws `UnknownEndpointType` when there is none.
 *
 * @param builtIn - the built-in ones, for the error
 */
export function serverParser(endpointType: string, builtIn: readonly ServerKind[]): IStreamServerEndpointStringParser {
  return matching(endpointType, builtIn, (parser) => IStreamServerEndpointStringParser.providedBy(parser));
}

/** The parser of clients for a type that is none of the built-in ones: see `serverParser`. */
export function clientParser(
  endpointType: string,
  builtIn: readonly ClientKind[],
): IStreamClientEndpointStringParserWithReactor {
  return matching(endpointType, builtIn, (parser) => IStreamClientEndpointStringParserWithReactor.providedBy(parser));
}

function matching<T extends EndpointParser>(
  endpointType: string,
  builtIn: readonly (ServerKind | ClientKind)[],
  isWanted: (parser: unknown) => parser is T,
): T {
  const wanted = endpointType.toLowerCase();
  const isMatch = (parser: unknown): parser is T => isWanted(parser) && parser.prefix.toLowerCase() === wanted;
  const known = registered().find(isMatch);
  if (known !== undefined) return known;
  const installed = installedExports(wanted, applicationFolders()).find(isMatch);
  if (installed === undefined) {
    // A module may also register what it has, instead of exporting it.
    const added = registered().find(isMatch);
    if (added === undefined) {
      const known = [...builtIn, ...registered().filter(isWanted)].map(({ prefix }) => prefix);
      throw new UnknownEndpointType(wanted, known, builtIn[0]!.signature.example);
    }
    return added;
  }
  // Found once for all.
  registered().push(installed);
  return installed;
}
