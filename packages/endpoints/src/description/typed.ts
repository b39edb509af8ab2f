/**
 * Descriptions that are written in the code, looked at in the editor: a wrong port, a keyword that its kind does not know and an
 * argument that is missing are type errors that say so, in the words of the error at run time.
 *
 * No Twisted counterpart. Only what can be seen for sure is a problem. A plain `string`, a type that is not built in (somebody may
 * have registered it; so `ws:` and `wss:`), what comes after a part that is no literal, and anything with a backslash pass, and
 * are checked when the program runs.
 */

/**
 * The arguments of the built-in kinds of servers, in the order of their signatures (a test compares them); in `haproxy:` is another
 * description.
 */
export interface ServerArguments {
  tcp: 'port, interface, backlog';
  tcp6: 'port, backlog, interface';
  unix: 'address, mode, backlog, lockfile';
  ssl: 'port, privateKey, certKey, sslmethod, interface, backlog, extraCertChain, dhParameters';
  tls: 'endpoint, privateKey, certKey, sslmethod, extraCertChain, dhParameters';
  systemd: 'domain, index, name';
  fd: 'fileno, domain';
}

/** The arguments of the built-in kinds of clients. */
export interface ClientArguments {
  tcp: 'host, port, timeout, bindAddress';
  tls: 'host, port, timeout, bindAddress, certificate, privateKey, trustRoots, endpoint';
  ssl: 'host, port, timeout, bindAddress, hostname, caCertsDir, certKey, privateKey';
  unix: 'path, timeout, lockfile';
}

/** What has to be given first, and a description that has it. */
interface ServerNeeds {
  tcp: ['port is', 'tcp:8080'];
  tcp6: ['port is', 'tcp6:8080'];
  unix: ['address is', 'unix:/run/chat.sock'];
  ssl: ['port is', 'ssl:8443:privateKey=server.key:certKey=server.crt'];
  tls: ['endpoint is', 'tls:endpoint=tcp\\:8443:privateKey=server.key:certKey=server.crt'];
  systemd: ['domain is', 'systemd:domain=INET:index=0'];
  fd: ['fileno is', 'fd:3:domain=INET6'];
}

interface ClientNeeds {
  tcp: ['host and port are', 'tcp:example.com:80'];
  tls: ['host and port are', 'tls:example.com:443'];
  ssl: ['host and port are', 'ssl:example.com:443:hostname=example.com'];
  unix: ['path is', 'unix:/run/chat.sock'];
}

/** The text before the first colon. */
type Head<D extends string> = D extends `${infer H}:${string}` ? H : D;
/** The text after the first colon; never when there is none. */
type Tail<D extends string> = D extends `${string}:${infer T}` ? T : never;

/** Whether nothing can be said about a part: it is no literal, a keyword argument, or has something quoted in it. */
type IsOpen<A extends string> = string extends A ? true : A extends `${string}${'=' | '\\'}${string}` ? true : false;

/** Whether all of a text is known, or it is a number: an object need not have a key of which only a pattern is known. */
type IsKnown<A extends string> = A extends `${number}`
  ? true
  : // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it is what has no key
    Record<never, never> extends Record<A, 1>
    ? false
    : true;

/** `Yes` when a part can be a port, otherwise the problem. */
type IfPort<A extends string, Yes, Example extends string> =
  IsOpen<A> extends true ? Yes : A extends `${number}` ? Yes : `port is "${A}", wanted a number, as in "${Example}"`;

/** `Yes` when every keyword is one of `Names`, as far as can be seen, otherwise the problem. */
type IfKeywords<Parts extends string, Names extends string, Example extends string, Yes> = [Parts] extends [never]
  ? Yes
  : IsKnown<Head<Parts>> extends false
    ? Yes
    : Head<Parts> extends `${infer Key}=${string}`
      ? `, ${Names},` extends `${string}, ${Key},${string}`
        ? IfKeywords<Tail<Parts>, Names, Example, Yes>
        : `there is no argument "${Key}", wanted ${Names}, as in "${Example}"`
      : IfKeywords<Tail<Parts>, Names, Example, Yes>;

/** `Yes` for something after the type, otherwise what is missing. */
type IfAny<D extends string, Need extends [what: string, example: string], Yes> = [Tail<D>] extends [never]
  ? `${Need[0]} missing, as in "${Need[1]}"`
  : Yes;

type KnownServer<D extends string, K extends keyof ServerArguments> = IfAny<
  D,
  ServerNeeds[K],
  IfKeywords<
    Tail<D>,
    ServerArguments[K],
    ServerNeeds[K][1],
    K extends 'tcp' | 'tcp6' | 'ssl' ? IfPort<Head<Tail<D>>, D, ServerNeeds[K][1]> : D
  >
>;

type KnownClient<D extends string, K extends keyof ClientArguments> = IfAny<
  D,
  ClientNeeds[K],
  IfKeywords<
    Tail<D>,
    ClientArguments[K],
    ClientNeeds[K][1],
    K extends 'unix'
      ? D
      : IsOpen<Head<Tail<D>>> extends true
        ? D
        : [Tail<Tail<D>>] extends [never]
          ? `port is missing, as in "${ClientNeeds[K][1]}"`
          : IfPort<Head<Tail<Tail<D>>>, D, ClientNeeds[K][1]>
  >
>;

/** Whether a description is looked into: all of it is text that is not quoted, up to where it is no literal. */
type IsPlain<D extends string> = string extends D ? false : D extends `${string}\\${string}` ? false : true;

/**
 * `D` when nothing is wrong with it as a description of a server, otherwise a text that says what is.
 *
 * @example
 * serverFromString(reactor, 'tcp:http'); // Type error: … not assignable to 'port is "http", wanted a number, as in "tcp:8080"'
 */
export type ServerDescription<D extends string> = D extends string // each of several by itself
  ? IsPlain<D> extends false
    ? D
    : Head<D> extends keyof ServerArguments
      ? KnownServer<D, Head<D>>
      : Lowercase<Head<D>> extends 'haproxy'
        ? Within<D, ServerDescription<Tail<D>>>
        : D
  : never;

/** What is wrong with the description within `D`, or `D`. */
type Within<D extends string, Inner> = [Inner] extends [Tail<D>] ? D : Inner;

/** `D` when nothing is wrong with it as a description of a client, otherwise a text that says what is. */
export type ClientDescription<D extends string> = D extends string
  ? IsPlain<D> extends false
    ? D
    : Lowercase<Head<D>> extends keyof ClientArguments
      ? KnownClient<D, Lowercase<Head<D>>>
      : D
  : never;
