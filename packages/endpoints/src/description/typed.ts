/**
 * Descriptions that are written in the code, looked at in the editor: a wrong port is a type error that says so.
 *
 * No Twisted counterpart. Only what can be seen for sure is a problem: a plain `string`, a type of description that somebody
 * registered, keywords, and anything with a backslash pass, and are checked when the program runs.
 */

/** The text before the first colon. */
type Head<D extends string> = D extends `${infer H}:${string}` ? H : D;
/** The text after the first colon; never when there is none. */
type Tail<D extends string> = D extends `${string}:${infer T}` ? T : never;

/** Whether nothing can be said about a part: it is no literal, a keyword argument, or has something quoted in it. */
type IsOpen<A extends string> = string extends A ? true : A extends `${string}${'=' | '\\'}${string}` ? true : false;

/** `Yes` when a part can be a port, otherwise the problem. */
type IfPort<A extends string, Yes, Example extends string> =
  IsOpen<A> extends true ? Yes : A extends `${number}` ? Yes : `port is "${A}", wanted a number, as in "${Example}"`;

/**
 * `D` when nothing is wrong with it as a description of a server, otherwise a text that says what is.
 *
 * @example
 * serverFromString(reactor, 'tcp:http'); // Type error: … not assignable to 'port is "http", wanted a number, as in "tcp:8080"'
 */
export type ServerDescription<D extends string> = string extends D
  ? D
  : D extends `${string}\\${string}`
    ? D
    : Head<D> extends 'tcp' | 'tcp6'
      ? [Tail<D>] extends [never]
        ? `port is missing, as in "${Head<D>}:8080"`
        : IfPort<Head<Tail<D>>, D, `${Head<D>}:8080`>
      : D;

/** `D` when nothing is wrong with it as a description of a client, otherwise a text that says what is. */
export type ClientDescription<D extends string> = string extends D
  ? D
  : D extends `${string}\\${string}`
    ? D
    : Lowercase<Head<D>> extends 'tcp'
      ? [Tail<D>] extends [never]
        ? 'host and port are missing, as in "tcp:example.com:80"'
        : IsOpen<Head<Tail<D>>> extends true
          ? D
          : [Tail<Tail<D>>] extends [never]
            ? 'port is missing, as in "tcp:example.com:80"'
            : IfPort<Head<Tail<Tail<D>>>, D, 'tcp:example.com:80'>
      : D;
