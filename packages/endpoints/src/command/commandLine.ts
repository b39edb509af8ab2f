/**
 * The command line of `skein`: what was asked for, or what is wrong with it.
 *
 * @twisted twisted.application.twist._options.TwistOptions
 */
import { parseArgs } from 'node:util';

import { InvalidLogLevelError, levelWithName, type LogLevel } from '@skein/reactor/logger';

import { Ending, ExitStatus } from './exitStatus';

export type LogFormat = 'text' | 'json';

export interface RunCommand {
  readonly kind: 'run';
  readonly module: string;
  /** Descriptions of server endpoints. */
  readonly listen: readonly string[];
  /** `node`, or a module. */
  readonly reactor: string;
  /** The log's file; null: standard error. */
  readonly log: string | null;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly uid: string | null;
  readonly gid: string | null;
  readonly pidFile: string | null;
  /** Seconds that connections have to finish when it is to stop. */
  readonly drain: number;
  /** What is for the module. */
  readonly args: readonly string[];
}

export type Command = RunCommand | { readonly kind: 'help' } | { readonly kind: 'version' };

export const HELP = `Usage: skein run MODULE [options] [-- ARGUMENTS]

Runs the service or the factory of a module (a .js, .mjs or .ts file, or a package), until it is stopped.

  npx skein run ./chat.ts --listen tcp:8123 --listen ws:8124

where chat.ts could be

  import { Factory, Protocol } from '@skein/protocols';
  class Echo extends Protocol {
    dataReceived(data) { this.transport.write(data); }
  }
  export const factory = Factory.forProtocol(Echo);

A module exports one of these, which are looked for in this order:

  makeService(options)   makes the service to run; options: { reactor, listen, args }
  makeFactory(options)   makes the factory to serve at each --listen
  application, service   the service to run, as it is
  factory                the factory to serve at each --listen
  default                any of these
  main(reactor, ...args) starts what there is to start

Options:
  -l, --listen DESCRIPTION   where to listen; more than once for several places:
                               tcp:8123                          TCP, on every address
                               tcp:8123:interface=127.0.0.1      TCP, for this machine alone
                               unix:/run/chat.sock:mode=660      a UNIX socket
                               ssl:8443:privateKey=key.pem:certKey=cert.pem
                               ws:8124:frames=lines:page=chat.html   WebSockets, and a page for browsers
                               systemd:domain=INET:index=0       what systemd has bound (its .socket unit)
      --reactor NAME         node (default), or a module that exports makeReactor()
      --log FILE             where to log; default: standard error
      --log-level LEVEL      debug, info (default), warn, error or critical
      --log-format FORMAT    text (default), or json: one object a line
      --uid USER             the user to become once everything listens (a name or a number)
      --gid GROUP            the group, likewise
      --pidfile FILE         keep the process' number there; one that is left of a dead process is replaced
      --drain SECONDS        how long connections may take to finish after SIGTERM or Ctrl-C; default 0.
                             A second signal ends them.
  -h, --help                 this
      --version              the version

Exit codes: 0 stopped, 64 wrong command line, 66 no such module, 69 cannot listen, 70 the program failed,
73 cannot write a file, 75 runs already, 77 not permitted, 78 wrong description or module,
130 and 143 ended by a second SIGINT or SIGTERM. (Under a supervisor, start node_modules/.bin/skein itself: npx stands
between, and has exit codes of its own after signals.)
`;

const OPTIONS = {
  listen: { type: 'string', short: 'l', multiple: true },
  reactor: { type: 'string', default: 'node' },
  log: { type: 'string' },
  'log-level': { type: 'string', default: 'info' },
  'log-format': { type: 'string', default: 'text' },
  uid: { type: 'string' },
  gid: { type: 'string' },
  pidfile: { type: 'string' },
  drain: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Reads a command line (without the program's name). Throws `Ending` for a wrong one. */
export function parseCommandLine(argv: readonly string[]): Command {
  const rest = argv.indexOf('--');
  const own = rest === -1 ? argv : argv.slice(0, rest);
  const { values, positionals } = parsed(own);
  const [verb, module, ...more] = positionals;
  if (values.help === true || (verb === 'help' && module === undefined)) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  if (verb === undefined) throw usage('there is nothing to do, wanted "npx skein run MODULE"');
  if (verb !== 'run') throw usage(`there is no command "${verb}", wanted "run"`);
  if (module === undefined) throw usage('a module is missing, as in "npx skein run ./chat.js --listen tcp:8123"');
  if (more.length > 0) throw usage(`"${more[0]}" is an argument too many: what is for the module comes after "--"`);
  return {
    kind: 'run',
    module,
    listen: values.listen ?? [],
    reactor: values.reactor,
    log: values.log ?? null,
    logLevel: logLevel(values['log-level']),
    logFormat: logFormat(values['log-format']),
    uid: values.uid ?? null,
    gid: values.gid ?? null,
    pidFile: values.pidfile ?? null,
    drain: seconds(values.drain),
    args: rest === -1 ? [] : argv.slice(rest + 1),
  };
}

function parsed(args: readonly string[]): ReturnType<typeof parseOwn> {
  try {
    return parseOwn(args);
  } catch (error) {
    throw usage((error as Error).message.split('. ', 1)[0] ?? '');
  }
}

function parseOwn(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

function usage(problem: string): Ending {
  return new Ending(ExitStatus.USAGE, `${problem} (npx skein --help tells more)`);
}

function logLevel(text: string): LogLevel {
  try {
    return levelWithName(text);
  } catch (error) {
    if (!(error instanceof InvalidLogLevelError)) throw error;
    throw usage(`--log-level is "${text}", wanted debug, info, warn, error or critical`);
  }
}

function logFormat(text: string): LogFormat {
  if (text === 'text' || text === 'json') return text;
  throw usage(`--log-format is "${text}", wanted text or json`);
}

function seconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw usage(`--drain is "${text}", wanted seconds, 0 or more`);
}
